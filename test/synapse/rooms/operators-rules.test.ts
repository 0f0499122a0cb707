import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import type { JsonValue } from "../../../src/matrix/json.ts";
import { runProgram } from "../../support/command-line.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { registerServerAdmin } from "../../support/server-admin.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { eventually, joinInvitedBy, membershipOf, said } from "../bot/talk.ts";
import { audited, call, roomPath } from "./cast.ts";

const ALWAYS = "An incognito room always closes when its owner leaves: the service's operator has set rooms.incognito";
const ROLE = "The role board cannot be named for a room: the service's operator has set rooms.restricted.roles so";
const NOT_PURGED = "the homeserver has not deleted the room: rooms.incognito.closing is purge";

async function joinedRooms(user: MatrixClient): Promise<JsonValue | undefined> {
  return (await user.request("GET", "/_matrix/client/v3/joined_rooms"))["joined_rooms"];
}

describe("rooms with rules, where the operator has laid something down", function () {
  this.timeout(240_000);
  let synapse: SharedSynapse;
  let service: Service;
  let ann: MatrixClient;
  let bob: MatrixClient;
  /** where the bot is asked */
  let talk: string;

  const configOf = (token: string, rooms: object): Record<string, unknown> => ({
    homeserver: { url: synapse.url, server_name: synapse.serverName, admin_token: token },
    roles: { board: { users: ["@*:localhost"] }, staff: { users: ["@*:localhost"] } },
    rooms,
  });

  before(async () => {
    synapse = await sharedSynapse();
    ann = await registerUser(synapse.url, unique("ann"));
    bob = await registerUser(synapse.url, unique("bob"));
    service = await startService({
      synapse,
      registration: synapse.takeRegistration(),
      // a token that may delete nothing: the service works, and says so
      until: "live",
      config: configOf(bob.token, {
        incognito: { allow: [ann.userId], auto_close_on_leave: "always", closing: "purge" },
        restricted: { roles: ["staff"] },
      }),
    });
    talk = await ann.createRoom({ invite: [service.userId, bob.userId] });
    await bob.join(talk);
    await eventually("the bot", async () => (await membershipOf(service.userId, ann, talk)) === "join");
  });
  after(() => service.close());

  const make = (who: { token: string }, body: object): ReturnType<typeof call> =>
    call(service, who, "POST", "/v1/rooms", { name: "Quiet", ...body });
  /** What the command line says where it fails. */
  async function failing(who: MatrixClient, ...args: string[]): Promise<string> {
    const env = { ROOMPORTER_URL: service.url, ROOMPORTER_TOKEN: who.token };
    const { code, stderr } = await runProgram(args, { env });
    expect(code, stderr).to.equal(1);
    return stderr;
  }
  async function made(): Promise<string> {
    const { status, body } = await make(ann, { scope_kind: "incognito" });
    expect([status, body["auto_close_on_leave"]]).to.deep.equal([201, true]);
    const roomId = String(body["room_id"]);
    await ann.join(roomId);
    return roomId;
  }

  it("are made for those only who may have them, with the roles only that may be named", async () => {
    const notBob = `${bob.userId} cannot have incognito rooms: the service's operator has set rooms.incognito.allow so`;
    const asked = await make(bob, { scope_kind: "incognito" });
    expect([asked.status, asked.body["error"]]).to.deep.equal([403, notBob]);
    const forBob = await make({ token: service.adminToken }, { scope_kind: "incognito", as: bob.userId });
    expect([forBob.status, forBob.body["error"]], "by an admin token").to.deep.equal([403, notBob]);
    const role = await make(bob, { visibility: "restricted", read_role_slugs: ["board"] });
    expect([role.status, role.body["error"]]).to.deep.equal([403, ROLE]);
    const staff = await make(bob, { visibility: "restricted", read_role_slugs: ["staff"] });
    expect(staff.status).to.equal(201);
    const path = roomPath(String(staff.body["room_id"]), "policy");
    const more = await call(service, bob, "PUT", path, { read_role_slugs: ["staff", "board"] });
    expect([more.status, more.body["error"]]).to.deep.equal([403, ROLE]);
    const turned = await call(service, bob, "PUT", path, { scope_kind: "incognito" });
    expect([turned.status, turned.body["error"]]).to.deep.equal([403, notBob]);

    expect(await failing(bob, "room", "create", "Quiet", "--incognito")).to.include(notBob);
    expect(await failing(bob, "room", "create", "Board", "--roles", "board")).to.include(ROLE);
    await bob.say(talk, "!room create Quiet --incognito");
    await said(service.userId, ann, talk, notBob);
    await bob.say(talk, "!room create Board --roles board");
    await said(service.userId, ann, talk, ROLE);
  });

  it("close when their owner leaves, whatever is asked for", async () => {
    const kept = await make(ann, { scope_kind: "incognito", auto_close_on_leave: false });
    expect([kept.status, String(kept.body["error"]).startsWith(ALWAYS)]).to.deep.equal([403, true]);
    expect(await failing(ann, "room", "create", "Quiet", "--incognito", "--no-auto-close")).to.include(ALWAYS);
    await ann.say(talk, "!room create Quiet --incognito --no-auto-close");
    await said(service.userId, ann, talk, ALWAYS);
    const room = await made();
    const changed = await call(service, ann, "PUT", roomPath(room, "policy"), { auto_close_on_leave: false });
    expect([changed.status, String(changed.body["error"]).startsWith(ALWAYS)]).to.deep.equal([403, true]);
    expect(await failing(ann, "room", "policy", room, "--no-auto-close")).to.include(ALWAYS);
    const invited = await call(service, ann, "POST", roomPath(room, "invite"), { user_id: bob.userId });
    expect(invited.status).to.equal(200);
    await bob.join(room);
    await ann.say(room, "!room policy --no-auto-close");
    await said(service.userId, ann, room, ALWAYS);
  });

  it("are emptied, and not called closed before the homeserver has deleted them", async () => {
    const rooms = [await made(), await made(), await made()];
    const [byHttp = "", byCommand = "", byBot = ""] = rooms;
    for (const room of rooms) await ann.say(room, "a secret");
    const closed = await call(service, ann, "POST", roomPath(byHttp, "close"));
    expect([closed.status, closed.body["errcode"]]).to.deep.equal([503, "IO.ROOMPORTER.NOT_PURGED"]);
    expect(closed.body["error"]).to.include(NOT_PURGED);
    expect(await failing(ann, "room", "close", byCommand, "--yes")).to.include(NOT_PURGED);
    await ann.say(byBot, "!room close");
    // the bot is not in that room any more
    const direct = await joinInvitedBy(service.userId, ann);
    await said(service.userId, ann, direct, NOT_PURGED);
    for (const room of rooms) {
      expect(await joinedRooms(ann)).not.to.include(room);
      expect(audited(service, room).some((row) => row.startsWith("room_close done"))).to.equal(false);
    }
    // with a token that may delete it goes on by itself
    const root = await registerServerAdmin(synapse, unique("root"));
    const config = JSON.parse(readFileSync(service.configFile, "utf8")) as { homeserver: object };
    await service.stop();
    const homeserver = { ...config.homeserver, admin_token: root.token };
    writeFileSync(service.configFile, JSON.stringify({ ...config, homeserver }));
    await service.start();
    for (const room of rooms)
      await eventually(`${room} is deleted`, async () =>
        audited(service, room).includes("room_close done service purged"),
      );
  });
});

describe("an incognito room in which nobody says anything", function () {
  this.timeout(120_000);

  it("closes after the time that the operator has set, and others do not", async () => {
    const synapse = await sharedSynapse();
    const ann = await registerUser(synapse.url, unique("ann"));
    const service = await startService({
      synapse,
      registration: synapse.takeRegistration(),
      // of a day: two seconds
      config: { rooms: { incognito: { close_after_idle_days: 2 / 86_400 } } },
    });
    try {
      const make = async (body: object): Promise<string> => {
        const made = await call(service, ann, "POST", "/v1/rooms", { name: "Quiet", ...body });
        return String(made.body["room_id"]);
      };
      const [quiet, ordinary] = [await make({ scope_kind: "incognito" }), await make({ auto_close_on_leave: true })];
      for (const room of [quiet, ordinary]) await ann.join(room).catch(() => undefined);
      let topics = 0;
      // changes of state are no words; each has the guard look
      await eventually("the quiet room is closed", async () => {
        const topic = { topic: `topic ${++topics}` };
        await ann.setState(quiet, "m.room.topic", topic).catch(() => undefined);
        await ann.setState(ordinary, "m.room.topic", topic);
        return audited(service, quiet).some((row) => row.startsWith("room_close done"));
      });
      expect(await joinedRooms(ann)).to.include(ordinary);
      expect(audited(service, quiet)).to.include(`room_close granted service ${ann.userId} idle`);
    } finally {
      await service.close();
    }
  });
});
