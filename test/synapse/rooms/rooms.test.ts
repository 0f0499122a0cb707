import { expect } from "chai";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { objectMember } from "../../../src/matrix/json.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { unique } from "../../support/users.ts";
import { eventually, membershipOf, said } from "../bot/talk.ts";
import { audited, call, roomPath, startCast, statusOf, type Cast } from "./cast.ts";

const POLICY = "io.roomporter.policy";

for (const version of ["11", "12"])
  describe(`rooms with rules, in version ${version}`, function () {
    this.timeout(180_000);
    const purges = version === "11";
    let cast: Cast;
    before(async () => {
      cast = await startCast(version, purges);
    });
    after(() => cast.service.close());

    async function create(who: MatrixClient, options: JsonObject): Promise<string> {
      const { status, body } = await call(cast.service, who, "POST", "/v1/rooms", { name: "Tea", ...options });
      expect(status, JSON.stringify(body)).to.equal(201);
      return body["room_id"] as string;
    }

    /** Both in, the second one with power level 100. */
    async function settle(room: string, ...others: MatrixClient[]): Promise<void> {
      await cast.ann.join(room);
      for (const other of others) await other.join(room);
      const levels = await cast.ann.stateContent(room, "m.room.power_levels");
      const users = { ...objectMember(levels, "users"), [cast.eve.userId]: 100 };
      await cast.ann.setState(room, "m.room.power_levels", { ...levels, users });
    }

    it("make the requester the creator of an ordinary room, in its workspace", async () => {
      const { ann, bob, service } = cast;
      const space = await ann.createRoom({
        name: "Team",
        creation_content: { type: "m.space" },
        invite: [service.userId, bob.userId],
        room_version: version,
      });
      await bob.join(space);
      await eventually(
        "the service in the space",
        async () => (await membershipOf(service.userId, ann, space)) === "join",
      );
      const refused = { name: "Not", workspace_id: space };
      expect((await call(service, ann, "POST", "/v1/rooms", refused)).status, "the service has no power yet").to.equal(
        403,
      );
      const now = await ann.stateContent(space, "m.room.power_levels");
      await ann.setState(space, "m.room.power_levels", {
        ...now,
        users: { ...objectMember(now, "users"), [service.userId]: 50 },
      });
      expect((await call(service, bob, "POST", "/v1/rooms", refused)).body["errcode"]).to.equal("M_FORBIDDEN");
      expect((await call(service, bob, "GET", "/v1/workspaces")).body).to.deep.equal({ workspaces: [] });
      expect((await call(service, ann, "GET", "/v1/workspaces")).body).to.deep.equal({
        workspaces: [{ room_id: space, name: "Team", slug: null }],
      });
      const children = async (): Promise<string[]> =>
        (await ann.state(space)).filter(({ type }) => type === "m.space.child").map(({ state_key = "" }) => state_key);
      expect(await children()).to.deep.equal([]);

      const room = await create(ann, { workspace_id: space, topic: "leaves", invite: [bob.userId] });
      expect(await children()).to.deep.equal([room]);
      expect(await ann.stateContent(space, "m.space.child", room)).to.deep.equal({ via: ["localhost"] });
      await ann.join(room);
      await bob.join(room);
      const created = await ann.stateContent(room, "m.room.create");
      if (version === "12") expect(created["additional_creators"]).to.deep.equal([ann.userId]);
      else expect((await ann.stateContent(room, "m.room.power_levels"))["users"]).to.have.property(ann.userId, 100);
      expect(await ann.stateContent(room, "m.room.topic")).to.include({ topic: "leaves" });
      expect(await ann.stateContent(room, POLICY)).to.include({
        scope_kind: "normal",
        visibility: "private",
        parent: space,
      });
      const listed = async (who: MatrixClient): Promise<unknown[]> =>
        ((await call(service, who, "GET", "/v1/rooms")).body["rooms"] as JsonObject[]).map(({ room_id }) => room_id);
      expect(await listed(ann)).to.include(room);
      expect(await listed(cast.mal)).not.to.include(room);
      expect(audited(service, room)).to.deep.equal([`room_create done ${ann.userId}`]);
    });

    it("keep their rules out of reach of everybody in them, also of a second admin", async () => {
      const { ann, eve, bob, mal, service } = cast;
      const restricted = { scope_kind: "incognito", visibility: "restricted", read_role_slugs: ["board"] };
      const room = await create(ann, { ...restricted, invite: [eve.userId, bob.userId] });
      await settle(room, eve, bob);
      expect(await ann.stateContent(room, "m.room.create")).to.include({ "m.federate": false, room_version: version });
      expect(await ann.stateContent(room, "m.room.history_visibility")).to.deep.equal({ history_visibility: "joined" });
      expect((await ann.state(room)).some(({ type }) => type === "m.room.encryption")).to.equal(false);
      const levels = await eve.stateContent(room, "m.room.power_levels");
      const state = (type: string, content: JsonObject, key = ""): [string, () => Promise<unknown>] => [
        type,
        () => eve.setState(room, type, content, key),
      ];
      const power = (changes: JsonObject): [string, () => Promise<unknown>] =>
        state("m.room.power_levels", { ...levels, ...changes });
      const attempts: [string, () => Promise<unknown>][] = [
        state(POLICY, { scope_kind: "normal" }),
        state("m.bridge", { protocol: { id: "irc" } }, "org.bridge"),
        state("uk.half-shot.bridge", { protocol: { id: "irc" } }, "org.bridge"),
        state("m.room.join_rules", { join_rule: "public" }),
        state("m.room.history_visibility", { history_visibility: "world_readable" }),
        state("m.room.guest_access", { guest_access: "can_join" }),
        // whoever may, may also put the room into the homeserver's public directory
        state("m.room.canonical_alias", { alias: "#tea:localhost" }),
        state("m.room.encryption", { algorithm: "m.megolm.v1.aes-sha2" }),
        state("m.room.tombstone", { body: "gone", replacement_room: "!other:localhost" }),
        state("m.room.third_party_invite", { display_name: "x", key_validity_url: "https://x", public_key: "x" }, "x"),
        power({ users: { ...objectMember(levels, "users"), [eve.userId]: 150 } }),
        power({ users: { ...objectMember(levels, "users"), [bob.userId]: 101 } }),
        power({ events: { ...objectMember(levels, "events"), [POLICY]: 100 } }),
        power({ events: {} }),
        power({ invite: 0 }),
        ["invite", () => eve.invite(room, mal.userId)],
        [
          "upgrade",
          () =>
            eve.request("POST", `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/upgrade`, {
              json: { new_version: "12" },
            }),
        ],
        ["kick", () => eve.kick(room, service.userId)],
        ["ban", () => eve.ban(room, service.userId)],
      ];
      for (const [what, act] of attempts) expect(await statusOf(act()), what).to.equal(403);
      // what people may do stays theirs
      await eve.setState(room, "m.room.name", { name: "Coffee" });
      await eve.kick(room, bob.userId);
      // refused at every door
      for (const act of ["export", "exports"]) {
        const answer = await call(service, ann, act === "export" ? "GET" : "POST", roomPath(room, act));
        expect([answer.status, (answer.body["reasons"] as JsonObject[])[0]?.["code"]]).to.deep.equal([
          400,
          "scope_incognito",
        ]);
      }
      const policy = { ...(await ann.stateContent(room, POLICY)) };
      expect(policy).to.include({ do_not_index: true });
      const flip = await call(service, ann, "PUT", roomPath(room, "policy"), { do_not_index: false });
      expect(flip.status).to.equal(400);
    });

    it("come back where somebody got round them while the service was down, and intruders go", async () => {
      const { ann, eve, bob, mal, service, serverAdmin, stolen } = cast;
      const restricted = { scope_kind: "incognito", visibility: "restricted", read_role_slugs: ["board"] };
      const room = await create(ann, { ...restricted, invite: [eve.userId, bob.userId] });
      await settle(room, eve, bob);
      const rules = async (): Promise<JsonObject[]> =>
        Promise.all(
          [POLICY, "m.room.join_rules", "m.room.history_visibility", "m.room.guest_access"].map((type) =>
            ann.stateContent(room, type),
          ),
        );
      const before = await rules();
      await service.kill();
      const levels = await ann.stateContent(room, "m.room.power_levels");
      const users = objectMember(levels, "users");
      if (version === "11") {
        // a server administrator gives somebody the power of the service user
        const path = `/_synapse/admin/v1/rooms/${encodeURIComponent(room)}/make_room_admin`;
        await serverAdmin.request("POST", path, { json: { user_id: eve.userId } });
      } else await stolen.setState(room, "m.room.power_levels", { ...levels, users: { ...users, [eve.userId]: 150 } });
      await eve.setState(room, POLICY, { scope_kind: "normal", visibility: "public" });
      // the database still knows
      await eve.setState(room, "m.room.history_visibility", { history_visibility: "shared" });
      await eve.setState(room, "m.room.guest_access", { guest_access: "can_join" });
      await eve.setState(room, "m.room.join_rules", { join_rule: "public" });
      await mal.join(room);
      await mal.say(room, "hello");
      await eve.setState(room, "m.bridge", { protocol: { id: "irc" } }, "org.bridge");
      await service.start();
      await eventually("the intruder removed", async () => (await membershipOf(mal.userId, ann, room)) === "leave");
      // nobody can lower or remove whom a server administrator has given as much power as the service user has
      const beaten = version === "11";
      const bridge = `bridge_removed ${beaten ? "failed" : "done"} service ${eve.userId} bridge`;
      await eventually("the bridge removed", async () => audited(service, room).includes(bridge));
      expect(await membershipOf(eve.userId, ann, room)).to.equal(beaten ? "join" : "leave");
      expect(await rules()).to.deep.equal(before);
      expect(await ann.stateContent(room, "m.bridge", "org.bridge")).to.deep.equal({});
      const after = objectMember(await ann.stateContent(room, "m.room.power_levels"), "users");
      expect(after).to.deep.equal({ ...users, [eve.userId]: beaten ? 150 : 100 });
      const intruder = `bridge_removed done service ${mal.userId} bridge`;
      await eventually("the audit", async () => audited(service, room).includes(intruder));
      const rows = audited(service, room);
      for (const rule of ["policy", "history_visibility", "guest_access", "join_rules", "bridge"])
        expect(rows).to.include(`tampering refused ${eve.userId} ${rule}`);
      expect(rows).to.include(`tampering ${beaten ? "failed" : "refused"} ${service.userId} power_levels`);

      // and at once where it runs
      const now = await ann.stateContent(room, "m.room.power_levels");
      await stolen.setState(room, "m.room.power_levels", {
        ...now,
        users: { ...objectMember(now, "users"), [bob.userId]: 120 },
      });
      await eventually("the levels put back", async () => {
        const levels = await ann.stateContent(room, "m.room.power_levels");
        return objectMember(levels, "users")?.[bob.userId] === 100;
      });
      await stolen.setState(room, POLICY, { scope_kind: "normal" });
      await eventually(
        "the policy put back",
        async () => (await ann.stateContent(room, POLICY))["scope_kind"] === "incognito",
      );
      await stolen.invite(room, mal.userId);
      await eventually("the invitation undone", async () => (await membershipOf(mal.userId, ann, room)) === "leave");
    });

    it("do not exist for those who hold no role, and let holders in", async () => {
      const { ann, bob, cy, mal, service, stolen, staffRoom } = cast;
      const room = await create(ann, { visibility: "restricted", read_role_slugs: ["board", "staff"] });
      await ann.join(room);
      await ann.say(room, "a secret of the board");
      const listed = async (who: MatrixClient): Promise<unknown[]> =>
        ((await call(service, who, "GET", "/v1/rooms")).body["rooms"] as JsonObject[]).map(({ room_id }) => room_id);
      expect(await listed(bob)).to.include(room);
      expect(await listed(cy)).to.include(room);
      expect(await listed(mal)).not.to.include(room);

      // for who holds no role every answer is that for a room that does not exist
      const unknown = version === "12" ? `!${"x".repeat(43)}` : "!unknown:localhost";
      const answers = async (roomId: string): Promise<unknown[]> => {
        const form = new FormData();
        form.set("workspace_id", roomId);
        const paths: [string, string, JsonObject?][] = [
          ["GET", roomPath(roomId, "export")],
          ["POST", roomPath(roomId, "exports")],
          ["POST", roomPath(roomId, "invite"), { user_id: mal.userId }],
          ["POST", roomPath(roomId, "invite"), { user_id: bob.userId }],
          ["POST", roomPath(roomId, "kick"), { user_id: ann.userId }],
          ["POST", roomPath(roomId, "close")],
          ["PUT", roomPath(roomId, "policy"), { do_not_index: true }],
          ["POST", "/v1/rooms", { name: "Tea", workspace_id: roomId }],
        ];
        const found = [];
        for (const [method, path, body] of paths) found.push(await call(service, mal, method, path, body));
        return found;
      };
      const hidden = await answers(room);
      expect(hidden).to.deep.equal(await answers(unknown));
      for (const answer of hidden) expect(answer).to.have.property("status").that.is.oneOf([403, 404]);

      // a holder by list invites themselves, one by the role room just comes in
      expect((await call(service, bob, "POST", roomPath(room, "invite"), { user_id: bob.userId })).status).to.equal(
        200,
      );
      await bob.join(room);
      await cy.join(room);
      expect(await statusOf(mal.join(room))).to.equal(403);
      expect((await call(service, ann, "POST", roomPath(room, "invite"), { user_id: mal.userId })).status).to.equal(
        403,
      );
      expect((await call(service, bob, "POST", roomPath(room, "kick"), { user_id: ann.userId })).status).to.equal(403);
      const exported = await fetch(service.url + roomPath(room, "export"), {
        headers: { authorization: `Bearer ${cy.token}` },
      });
      expect(exported.status, "it is exportable as any other room").to.equal(200);
      await exported.arrayBuffer();

      // any other way in is undone at once
      await stolen.invite(room, mal.userId);
      await eventually("the invitation undone", async () => (await membershipOf(mal.userId, ann, room)) === "leave");
      await eventually("the audit", async () =>
        audited(service, room).includes(`member_removed done service ${mal.userId} no_role`),
      );
      // who loses the role goes
      await cy.leave(staffRoom);
      await eventually("the former holder removed", async () => (await membershipOf(cy.userId, ann, room)) === "leave");
      await eventually("the audit", async () =>
        audited(service, room).includes(`member_removed done service ${cy.userId} role_lost`),
      );
      await cy.join(staffRoom);
      expect(await membershipOf(bob.userId, ann, room)).to.equal("join");
      const narrowed = await call(service, ann, "PUT", roomPath(room, "policy"), { read_role_slugs: ["nobody"] });
      expect(narrowed.status, "nobody shuts themselves out").to.equal(403);
      const rows = audited(service, room);
      expect(rows).to.include(`room_invite done ${bob.userId} ${bob.userId}`);
      expect(rows).to.include(`room_invite refused ${ann.userId} ${mal.userId}`);
      expect(rows).to.include(`room_close refused ${mal.userId}`);
    });

    it("are made once, though the service is killed while it makes one", async () => {
      const { ann, service, serverAdmin } = cast;
      const talk = await ann.createRoom({ invite: [service.userId] });
      await eventually("the bot", async () => (await membershipOf(service.userId, ann, talk)) === "join");
      const name = unique("once");
      const made = async (): Promise<JsonObject[]> =>
        (await serverAdmin.request("GET", "/_synapse/admin/v1/rooms", { query: { search_term: name } }))[
          "rooms"
        ] as JsonObject[];
      await ann.say(talk, `!room create ${name} --incognito`);
      await eventually("the room in the making", async () => (await made()).length > 0);
      await service.kill();
      await service.start();
      await said(service.userId, ann, talk, "The room is made");
      const [room, ...more] = await made();
      expect(more).to.deep.equal([]);
      await ann.join(room?.["room_id"] as string);
      expect(await ann.stateContent(room?.["room_id"] as string, POLICY)).to.include({ scope_kind: "incognito" });
    });

    it("close when their owner leaves, also while the service is down, and what was said is gone", async () => {
      const { ann, eve, service, serverAdmin } = cast;
      const room = await create(ann, { scope_kind: "incognito", auto_close_on_leave: true, invite: [eve.userId] });
      await settle(room, eve);
      const said = await eve.say(room, "secret words");
      for (let i = 0; i < 12; i++) await ann.say(room, `more ${i}`);
      await ann.redact(room, await ann.say(room, "more"), "secret words of a reason");
      await eve.setState(room, "m.room.member", { membership: "join", reason: "secret words" }, eve.userId);
      await service.kill();
      await ann.leave(room);
      await service.start();
      await eventually("everybody removed", async () => (await statusOf(eve.say(room, "still here?"))) === 403);
      // killed in the middle of it, it goes on
      await service.kill();
      await service.start();
      const how = purges ? "purged" : "redacted";
      await eventually("closed", async () => audited(service, room).includes(`room_close done service ${how}`));
      expect(audited(service, room)).to.include(`room_close granted service ${ann.userId} auto_close`);
      if (purges) {
        expect(
          await statusOf(serverAdmin.request("GET", `/_synapse/admin/v1/rooms/${encodeURIComponent(room)}`)),
        ).to.equal(404);
      } else {
        const path = `/_synapse/admin/v1/rooms/${encodeURIComponent(room)}`;
        const page = await serverAdmin.request("GET", `${path}/messages`, { query: { dir: "b", limit: 100 } });
        const chunk = page["chunk"] as JsonObject[];
        const text = JSON.stringify(chunk.map(({ type, event_id, content }) => ({ type, event_id, content })));
        expect(text).to.contain(said).and.to.contain("m.room.tombstone");
        expect(text).not.to.contain("secret words");
        expect(text).not.to.contain('"more ');
        expect(await serverAdmin.request("GET", `${path}/members`)).to.deep.include({ members: [], total: 0 });
      }
      expect((await call(service, eve, "GET", "/v1/rooms")).body["rooms"]).to.not.deep.include({ room_id: room });
    });
  });
