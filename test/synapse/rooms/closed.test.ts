import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { stringMember, type JsonObject } from "../../../src/matrix/json.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { pageProxy, type PageProxy } from "../../support/page-proxy.ts";
import { registerServerAdmin } from "../../support/server-admin.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { until } from "../../support/until.ts";
import { registerUser, unique } from "../../support/users.ts";
import { eventually, joinInvitedBy, membershipOf, messagesOf } from "../bot/talk.ts";
import { Api } from "../http/api.ts";
import { call, roomPath, statusOf } from "./cast.ts";

for (const purges of [true, false])
  describe(`a room that was closed, ${purges ? "with" : "without"} a server administrator's token`, function () {
    this.timeout(120_000);
    let synapse: SharedSynapse;
    let proxy: PageProxy;
    let service: Service;
    let ann: MatrixClient;
    let api: Api;
    let admins: Api;
    before(async () => {
      synapse = await sharedSynapse();
      proxy = await pageProxy(synapse.url, 1000);
      const root = purges ? { admin_token: (await registerServerAdmin(synapse, unique("root"))).token } : {};
      const homeserver = { url: proxy.url, server_name: synapse.serverName, ...root };
      service = await startService({ synapse, registration: synapse.takeRegistration(), config: { homeserver } });
      ann = await registerUser(synapse.url, unique("ann"));
      api = new Api(service, ann.token);
      admins = new Api(service, service.adminToken);
    });
    afterEach(() => proxy.release());
    after(async () => {
      await service.close();
      await proxy.close();
    });

    /** A room that the service has made, in which something was said. */
    async function made(options: JsonObject = {}): Promise<string> {
      const { body } = await call(service, ann, "POST", "/v1/rooms", { name: "Tea", ...options });
      const room = String(body["room_id"]);
      await ann.join(room);
      await ann.say(room, "leaves");
      return room;
    }
    const close = async (room: string): Promise<void> => {
      expect((await call(service, ann, "POST", roomPath(room, "close"))).status).to.be.oneOf([200, 202]);
    };
    const makeIncognito = async (room: string): Promise<void> => {
      const changed = await call(service, ann, "PUT", roomPath(room, "policy"), { scope_kind: "incognito" });
      expect(changed.status, JSON.stringify(changed.body)).to.equal(200);
      const { body } = await admins.json(`/v1/audit?room_id=${encodeURIComponent(room)}`);
      const actions = (body["rows"] as JsonObject[]).map(({ action }) => action);
      expect(actions, "nobody broke rules that were not there")
        .to.include("policy_change")
        .and.not.include("tampering");
    };
    async function exported(room: string): Promise<string> {
      const id = String((await api.json(roomPath(room, "exports"), "POST")).body["job_id"]);
      expect(await api.ended(id)).to.have.property("state", "succeeded");
      return id;
    }
    /** Begins to collect the rooms of ann. */
    async function collecting(): Promise<string> {
      const token = { token: service.adminToken };
      const { body } = await call(service, token, "POST", "/v1/gdpr/export", { user_id: ann.userId });
      return String(body["job_id"]);
    }
    async function collected(): Promise<string> {
      const id = await collecting();
      expect(await admins.ended(id)).to.have.property("state", "succeeded");
      return id;
    }
    /** The status, and what the error says. */
    async function bundle(id: string, by = api): Promise<[number, string]> {
      const answer = await by.fetch(`/v1/jobs/${id}/bundle`);
      const text = Buffer.from(await answer.arrayBuffer()).toString();
      return [answer.status, answer.ok ? "" : text];
    }
    const kept = async (): Promise<string[]> =>
      (await readdir(join(service.dir, "data"), { recursive: true })).filter((name) => name.endsWith(".zip"));

    it("is gone from the service too: no bundle of it is given out or kept, and no other goes with it", async () => {
      const [room, other] = [await made(), await made()];
      const [gone, stays] = [await exported(room), await exported(other)];
      expect(await bundle(gone)).to.deep.equal([200, ""]);
      await close(room);
      const [status, text] = await bundle(gone);
      expect(status).to.equal(410);
      expect(text).to.include("This room was closed").and.to.include("IO.ROOMPORTER.ROOM_CLOSED");
      expect((await bundle(stays))[0]).to.equal(200);
      expect((await kept()).map((name) => name.split("/").at(-1))).to.deep.equal([`${stays}.zip`]);
      await close(other);
    });

    it("takes the collections that hold it with it, and a new one leaves it out", async () => {
      const [room, other] = [await made(), await made()];
      const id = await collected();
      expect((await bundle(id, admins))[0]).to.equal(200);
      await close(room);
      const [status, text] = await bundle(id, admins);
      expect(status).to.equal(410);
      expect(text).to.include("A room of this collection was closed");
      expect(await kept()).to.deep.equal([]);
      expect((await bundle(await collected(), admins))[0]).to.equal(200);
      await close(other);
    });

    it("is left out of a collection that is being made, also where it was read already", async () => {
      const [first = "", second = ""] = [await made(), await made()].sort();
      proxy.hold(second);
      const id = await collecting();
      await until(async () => (await kept()).some((name) => name.includes(id)));
      const closing = close(first);
      await until(async () => (await api.json(roomPath(first, "exports"), "POST")).status !== 202);
      proxy.release();
      await closing;
      const job = await admins.ended(id);
      expect(job, JSON.stringify(job)).to.have.property("state", "succeeded");
      expect((job["report"] as JsonObject)["counts"]).to.include({ exported: 1, failed: 1 });
      expect((await bundle(id, admins))[0]).to.equal(200);
      await close(second);
    });

    it("is read to no end: an export that ends after the closing began is nobody's", async () => {
      const room = await made();
      proxy.allow(0);
      const id = String((await api.json(roomPath(room, "exports"), "POST")).body["job_id"]);
      const live = api.exported(room);
      const pages = proxy.served.length;
      await until(() => proxy.served.length >= pages + 2);
      const closing = close(room);
      await until(async () => (await api.json(roomPath(room, "exports"), "POST")).status !== 202);
      proxy.release();
      await closing;
      expect(["cancelled", "failed"]).to.include((await api.ended(id))["state"]);
      expect((await live).status, "the live export").to.be.within(400, 499);
      expect((await bundle(id))[0]).to.be.oneOf([404, 410]);
      expect(await kept()).to.deep.equal([]);
    });

    it("also takes the copy with it that the bot has delivered, where the service may delete media", async () => {
      const room = await made();
      await ann.say(room, "!export");
      const direct = await joinInvitedBy(service.userId, ann);
      const file = await eventually("the bundle", async () =>
        (await messagesOf(service.userId, ann, direct)).find(({ content }) => content["msgtype"] === "m.file"),
      );
      const uri = stringMember(file.content, "url") ?? "";
      expect((await ann.download(uri)).length).to.be.above(0);
      await close(room);
      expect(await statusOf(ann.download(uri))).to.equal(purges ? 404 : 200);
      if (!purges)
        expect(service.log()).to.include("stays in the media repository: there is no homeserver.admin_token");
    });

    it("and so it is for one that becomes incognito", async () => {
      const room = await made();
      const [id, all] = [await exported(room), await collected()];
      await makeIncognito(room);
      for (const [job, by] of [
        [id, api],
        [all, admins],
      ] as const) {
        const [status, text] = await bundle(job, by);
        expect(status).to.equal(400);
        expect(text).to.include("scope_incognito");
      }
      expect(await kept()).to.deep.equal([]);
      await close(room);
    });

    it("and for one that says so by its state alone", async () => {
      const room = await ann.createRoom({ name: "Own", invite: [service.userId] });
      await eventually("the bot", async () => (await membershipOf(service.userId, ann, room)) === "join");
      const [id, all] = [await exported(room), await collected()];
      await ann.setState(room, "io.roomporter.policy", { scope_kind: "incognito" });
      for (const [job, by] of [
        [id, api],
        [all, admins],
      ] as const) {
        const [status, text] = await bundle(job, by);
        expect(status).to.equal(400);
        expect(text).to.include("scope_incognito");
      }
    });
  });
