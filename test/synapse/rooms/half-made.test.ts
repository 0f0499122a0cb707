import { expect } from "chai";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { objectMember, stringMember, type JsonObject } from "../../../src/matrix/json.ts";
import { halfMadeRooms, type HalfMadeRooms } from "../../support/half-made-rooms.ts";
import { ImportedRoom, postImport } from "../../support/imported-room.ts";
import { MatrixClient } from "../../support/matrix-client.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { until } from "../../support/until.ts";
import { registerUser, unique } from "../../support/users.ts";
import { variedConversation } from "../../support/varied-conversation.ts";
import { eventually, joinInvitedBy, membershipOf, messagesOf } from "../bot/talk.ts";
import { startPostgres, type Postgres } from "../../support/postgres.ts";
import { describeOnPostgres } from "../../support/shared-postgres.ts";
import { startWorker, type Worker } from "../../support/worker.ts";
import { Api } from "../http/api.ts";
import { audited, call } from "./cast.ts";

const INCOGNITO: JsonObject = { name: "Between us", topic: "leaves", scope_kind: "incognito" };

for (const version of ["11", "12"])
  describe(`a room whose making was cut short, in version ${version}`, function () {
    this.timeout(120_000);
    let synapse: SharedSynapse;
    let proxy: HalfMadeRooms;
    let service: Service;
    let ann: MatrixClient;
    let porter: MatrixClient;

    before(async () => {
      synapse = await sharedSynapse();
      proxy = await halfMadeRooms(synapse.url);
      service = await startService({
        synapse: { url: proxy.url, serverName: synapse.serverName },
        registration: synapse.takeRegistration(),
        config: { rooms: { room_version: version }, import: { room_version: version } },
      });
      ann = await registerUser(synapse.url, unique("ann"));
      porter = new MatrixClient(synapse.url, service.asToken, service.userId, { masquerade: true });
    });
    after(async () => {
      await service.close();
      await proxy.close();
    });

    const joined = async (): Promise<unknown> =>
      (await porter.request("GET", "/_matrix/client/v3/joined_rooms"))["joined_rooms"];
    const unmade = (): unknown[] => {
      const db = new DatabaseSync(join(service.dir, "data", "roomporter.db"), { readOnly: true });
      try {
        return db.prepare("SELECT id FROM made_rooms WHERE room_id IS NULL").all();
      } finally {
        db.close();
      }
    };

    async function expectWhole(room: string, owner = ann.userId): Promise<void> {
      expect(await porter.stateContent(room, "m.room.name")).to.deep.equal({ name: INCOGNITO["name"] });
      expect(await porter.stateContent(room, "m.room.topic")).to.include({ topic: INCOGNITO["topic"] });
      await expectRules(room, owner);
    }
    async function expectRules(room: string, owner = ann.userId): Promise<void> {
      const levels = await porter.stateContent(room, "m.room.power_levels");
      expect(levels).to.include({ invite: 50, kick: 50, ban: 50 });
      expect(objectMember(levels, "users")).to.include({ [owner]: 100 });
      expect(await porter.stateContent(room, "io.roomporter.policy")).to.include({ scope_kind: "incognito" });
    }

    it("is left, and made anew", async () => {
      proxy.next.push("cut");
      const { status, body } = await call(service, ann, "POST", "/v1/rooms", INCOGNITO);
      expect(status, JSON.stringify(body)).to.equal(201);
      expect(proxy.made).to.equal(1);
      const room = stringMember(body, "room_id") ?? "";
      await expectWhole(room);
      expect(await joined()).to.deep.equal([room]);
    });

    it("is left where the homeserver refused a later event of it", async () => {
      const before = await joined();
      proxy.next.push("refused");
      expect((await call(service, ann, "POST", "/v1/rooms", INCOGNITO)).status).not.to.equal(201);
      expect(await joined()).to.deep.equal(before);
      expect(unmade()).to.deep.equal([]);
    });

    it("is left at the next start of a service that was killed meanwhile", async () => {
      const before = (await joined()) as string[];
      const made = proxy.made;
      proxy.next.push("silent");
      const asked = call(service, ann, "POST", "/v1/rooms", INCOGNITO).catch(() => undefined);
      await until(() => proxy.made > made);
      await service.kill();
      await asked;
      expect(await joined()).to.have.lengthOf(before.length + 1);
      await service.start();
      await until(async () => unmade().length === 0 && ((await joined()) as string[]).length === before.length);
      expect(await joined()).to.have.members(before);
      const listed = await call(service, ann, "GET", "/v1/rooms");
      expect((listed.body["rooms"] as JsonObject[]).map(({ room_id }) => room_id)).to.have.members(before);
    });

    it("is made whole by the guard where an earlier version took it for made, and nobody is blamed", async () => {
      const options = {
        room_version: version,
        initial_state: [{ type: "x", state_key: "", content: { text: "x".repeat(70_000) } }],
      };
      const before = (await joined()) as string[];
      await porter.createRoom(options).catch(() => undefined);
      const room = ((await joined()) as string[]).find((id) => !before.includes(id)) ?? "";
      expect((await porter.state(room)).map(({ type }) => type)).to.have.members(["m.room.create", "m.room.member"]);
      await service.stop();
      const db = new DatabaseSync(join(service.dir, "data", "roomporter.db"));
      db.prepare(
        "INSERT INTO made_rooms SELECT ?, origin, ?, owner, policy, created_at, NULL, NULL FROM made_rooms LIMIT 1",
      ).run(room, room);
      db.close();
      await service.start();
      await until(async () => (await porter.state(room)).some(({ type }) => type === "io.roomporter.policy"));
      await expectRules(room);
      expect(audited(service, room)).to.deep.equal([]);
      await porter.leave(room);
    });

    /** A room of a new user in which the bot is. */
    async function withBot(): Promise<[MatrixClient, string]> {
      const user = await registerUser(synapse.url, unique("bea"));
      const room = await user.createRoom({ invite: [service.userId] });
      await eventually("the bot", async () => (await membershipOf(service.userId, user, room)) === "join");
      return [user, room];
    }

    it("is left, and made anew, where the bot was asked for it", async () => {
      const [bea, room] = await withBot();
      await bea.say(room, "!rooms");
      const direct = await joinInvitedBy(service.userId, bea);
      const before = (await joined()) as string[];
      proxy.next.push("cut");
      await bea.say(room, '!room create "Between us" --incognito --topic leaves');
      const made = await joinInvitedBy(service.userId, bea);
      expect([direct, ...before]).not.to.include(made);
      expect(proxy.next).to.deep.equal([]);
      await expectWhole(made, bea.userId);
      expect(await joined()).to.have.members([...before, made]);
    });

    // direct rooms have the homeserver's own version
    if (version === "12") {
      it("of the bot's direct room is left, and made anew", async () => {
        const [bea, room] = await withBot();
        const before = (await joined()) as string[];
        proxy.next.push("cut");
        await bea.say(room, "!rooms");
        const direct = await joinInvitedBy(service.userId, bea);
        expect(proxy.next).to.deep.equal([]);
        expect(await joined()).to.have.members([...before, direct]);
        await eventually("the answer", async () => (await messagesOf(service.userId, bea, direct)).length > 0);
      });

      it("of the bot's direct room is left by the service that comes after one that was killed meanwhile", async () => {
        const [bea, room] = await withBot();
        const before = (await joined()) as string[];
        const made = proxy.made;
        proxy.next.push("silent");
        await bea.say(room, "!rooms");
        await until(() => proxy.made > made);
        await service.kill();
        expect(await joined()).to.have.lengthOf(before.length + 1);
        await service.start();
        const direct = await joinInvitedBy(service.userId, bea);
        expect(await joined()).to.have.members([...before, direct]);
      });
    }

    it("of an import is left, and made anew", async () => {
      const before = (await joined()) as string[];
      proxy.next.push("cut");
      const talk = variedConversation(2, "talk");
      const bundle = await talk.write();
      const started = await postImport(service, ann.token, bundle.file);
      await bundle.remove();
      const job = await new Api(service, ann.token).ended(stringMember(started.body, "job_id") ?? "");
      expect(job["state"], JSON.stringify(job)).to.equal("succeeded");
      await ImportedRoom.joined(ann, job);
      expect(proxy.next).to.deep.equal([]);
      expect(await joined()).to.have.members([...before, job["room_id"]]);
    });
  });

describeOnPostgres("a room whose making was cut short, on PostgreSQL with a worker", function () {
  this.timeout(240_000);
  let postgres: Postgres;
  let proxy: HalfMadeRooms;
  let service: Service;
  let worker: Worker;
  let ann: MatrixClient;
  let porter: MatrixClient;
  before(async () => {
    const synapse = await sharedSynapse();
    postgres = await startPostgres();
    proxy = await halfMadeRooms(synapse.url);
    service = await startService({
      synapse: { url: proxy.url, serverName: synapse.serverName },
      registration: synapse.takeRegistration(),
      config: { database: { url: await postgres.createDatabase() } },
    });
    worker = await startWorker(service, "worker");
    ann = await registerUser(synapse.url, unique("ann"));
    porter = new MatrixClient(synapse.url, service.asToken, service.userId, { masquerade: true });
  });
  after(async () => {
    await worker.stop();
    await service.close();
    await proxy.close();
    await postgres.close();
  });
  const joined = async (): Promise<string[]> =>
    (await porter.request("GET", "/_matrix/client/v3/joined_rooms"))["joined_rooms"] as string[];

  async function importing(): Promise<string> {
    const bundle = await variedConversation(2, "talk").write();
    const { body } = await postImport(service, ann.token, bundle.file);
    await bundle.remove();
    return stringMember(body, "job_id") ?? "";
  }

  it("is left, and made anew", async () => {
    proxy.next.push("cut");
    const { status, body } = await call(service, ann, "POST", "/v1/rooms", INCOGNITO);
    expect(status, JSON.stringify(body)).to.equal(201);
    expect(await joined()).to.deep.equal([body["room_id"]]);
  });

  for (const killed of [false, true])
    it(`of an import is left, and made anew${killed ? ", also by a worker that was killed meanwhile" : ""}`, async () => {
      const [before, made] = [await joined(), proxy.made];
      proxy.next.push(killed ? "silent" : "cut");
      const id = await importing();
      await until(() => proxy.made > made);
      if (killed) {
        await worker.kill();
        await worker.start();
      }
      const job = await new Api(service, ann.token).ended(id);
      expect(job["state"], JSON.stringify(job)).to.equal("succeeded");
      await ImportedRoom.joined(ann, job);
      expect(await joined()).to.have.members([...before, job["room_id"]]);
    });
});
