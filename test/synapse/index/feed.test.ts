import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { ALICE, BOB, Conversation } from "../../support/conversation.ts";
import { ImportedRoom } from "../../support/imported-room.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { freePort, startProcess } from "../../support/process.ts";
import { writeRegistration } from "../../support/registration.ts";
import { startService, type Service } from "../../support/service.ts";
import { startSynapse, type Synapse } from "../../support/synapse.ts";
import { registerUser } from "../../support/users.ts";
import { Api } from "../http/api.ts";
import { Indexer } from "./indexer.ts";

/** The example of docs/indexing.md. */
const SEARCH = fileURLToPath(new URL("../../../examples/search.js", import.meta.url));

describe("the feed for indexers", function () {
  this.timeout(240_000);
  let dir: string;
  let synapse: Synapse;
  let service: Service;
  let admin: Api;
  let ann: MatrixClient;
  let bob: MatrixClient;

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "roomporter-index-"));
    const url = `http://127.0.0.1:${await freePort()}`;
    const registration = writeRegistration(join(dir, "registration.yaml"), { id: "roomporter", url });
    synapse = await startSynapse({ registrations: [registration.file] });
    ann = await registerUser(synapse.url, "ann");
    bob = await registerUser(synapse.url, "bob");
    const permissions = { "*": "user", [ann.userId]: "admin" };
    service = await startService({ synapse, registration, config: { permissions } });
    admin = new Api(service, service.adminToken);
  });
  after(async () => {
    await service.close();
    await synapse.close();
    rmSync(dir, { recursive: true, force: true });
  });

  /** A room of Ann and Bob; the service is not in it. */
  async function room(): Promise<string> {
    const roomId = await ann.createRoom({ invite: [bob.userId] });
    await bob.join(roomId);
    return roomId;
  }

  async function serviceJoins(roomId: string): Promise<void> {
    await ann.invite(roomId, service.userId);
    for (;;) {
      const { membership } = await ann.stateContent(roomId, "m.room.member", service.userId);
      if (membership === "join") return;
      await sleep(50);
    }
  }

  /** As an admin allows indexers a room. */
  async function allow(roomId: string): Promise<void> {
    const flip = { method: "PUT", headers: { "content-type": "application/json" }, body: '{"do_not_index": false}' };
    const answer = await admin.fetch(`/v1/rooms/${encodeURIComponent(roomId)}/policy`, flip);
    expect(answer.status, await answer.text()).to.equal(200);
  }

  it("is for admins and admin tokens, and knows its own tokens only", async () => {
    const status = async (api: Api, query = ""): Promise<number> =>
      (await api.fetch(`/v1/index/events${query}`)).status;
    expect(await status(new Api(service, bob.token))).to.equal(403);
    expect(await status(new Api(service, ann.token))).to.equal(200);
    const indexer = new Indexer(admin);
    await indexer.poll();
    expect(await status(admin, `?since=${indexer.next}`)).to.equal(200);
    const forged = Buffer.from("1.0123456789abcdef.0").toString("base64url");
    for (const query of ["?since=nonsense", `?since=${forged}`, "?limit=0", "?limit=1001", "?until=5"])
      expect(await status(admin, query), query).to.equal(400);
  });

  it("tells what people wrote, from before the service came on, as it stands now", async () => {
    const roomId = await room();
    await ann.setState(roomId, "m.room.topic", { topic: "tea" });
    const first = await bob.say(roomId, "first");
    const edited = await ann.say(roomId, "to be edited");
    await ann.edit(roomId, edited, "edited");
    const redacted = await ann.say(roomId, "redacted before");
    await ann.redact(roomId, redacted);
    await bob.react(roomId, first, "👍");
    const hidden = [
      await bob.say(roomId, "not for indexes", { do_not_index: true }),
      await bob.say(roomId, "forged", {
        do_not_index: true,
        _imported_sender: { user_id: "@eve:acme.org" },
        "io.roomporter.origin": { event_id: "$e", room_id: "!r:acme.org", restore: { set: {}, drop: [] } },
      }),
      await bob.send(roomId, "m.room.encrypted", { algorithm: "m.megolm.v1.aes-sha2", ciphertext: "xyz" }),
      redacted,
    ];
    await serviceJoins(roomId);
    const indexer = new Indexer(admin);
    await indexer.until(() => indexer.bodies(roomId).length >= 4);
    expect(indexer.bodies(roomId)).to.deep.equal(["tea", "first", "edited", undefined]);
    expect(indexer.docs.get(first)).to.deep.include({
      type: "event",
      event_type: "m.room.message",
      sender: bob.userId,
      content: { msgtype: "m.text", body: "first" },
      origin_server_ts: (await ann.event(roomId, first)).origin_server_ts,
    });
    expect(indexer.docs.get(edited)).to.have.property("edited_ts");

    const later = await bob.say(roomId, "later");
    await indexer.until(() => indexer.docs.has(later));
    const edit = await bob.edit(roomId, later, "later, edited");
    await indexer.until(() => indexer.docs.get(later)?.["body"] === "later, edited");
    await bob.redact(roomId, edit);
    await indexer.until(() => indexer.docs.get(later)?.["body"] === "later");
    const relation = { rel_type: "m.replace", event_id: later };
    const secret = { msgtype: "m.text", body: "secret", do_not_index: true };
    await bob.say(roomId, "* secret", { "m.new_content": secret, "m.relates_to": relation });
    await ann.redact(roomId, first);
    await indexer.until(() => !indexer.docs.has(later) && !indexer.docs.has(first));
    await bob.redact(roomId, hidden[0] ?? "");
    const last = await ann.say(roomId, "last");
    await indexer.until(() => indexer.docs.has(last));

    const told = JSON.stringify(indexer.lines);
    for (const never of [...hidden, "redacted before", "not for indexes", "secret", "xyz"])
      expect(told).not.to.include(never);
  });

  it("takes back a room that indexers may not know any more, and gives it anew when they may", async () => {
    const roomId = await room();
    await serviceJoins(roomId);
    await bob.say(roomId, "open 1");
    const indexer = new Indexer(admin);
    await indexer.until(() => indexer.bodies(roomId).includes("open 1"));
    const removed = (): number =>
      indexer.lines.filter(({ type, room_id }) => type === "remove_room" && room_id === roomId).length;

    const policies: JsonObject[] = [{ do_not_index: true }, { scope_kind: "incognito" }];
    for (const policy of policies) {
      const before = removed();
      await ann.setState(roomId, "io.roomporter.policy", policy);
      await indexer.until(() => removed() > before);
      expect(indexer.bodies(roomId)).to.deep.equal([]);
      await bob.say(roomId, "while it is shut");
      await indexer.poll();
      await ann.setState(roomId, "io.roomporter.policy", {});
      await indexer.until(() => indexer.bodies(roomId).includes("while it is shut"));
      expect(indexer.bodies(roomId)[0]).to.equal("open 1");
    }
    await ann.kick(roomId, service.userId);
    await indexer.until(() => removed() === 3);
    await bob.say(roomId, "after it was gone");
    const fresh = new Indexer(admin);
    await fresh.until(() => true);
    expect(fresh.bodies(roomId)).to.deep.equal([]);
    expect(JSON.stringify(fresh.lines)).not.to.include("after it was gone");
  });

  it("tells a room that the service has made, and takes it back when that is closed", async () => {
    const post = (path: string, body: JsonObject): Promise<Response> =>
      new Api(service, ann.token).fetch(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const { room_id: roomId } = (await (await post("/v1/rooms", { name: "Made" })).json()) as { room_id: string };
    await ann.join(roomId);
    await ann.say(roomId, "soon gone");
    const indexer = new Indexer(admin);
    await indexer.until(() => indexer.bodies(roomId).includes("soon gone"));
    expect((await post(`/v1/rooms/${encodeURIComponent(roomId)}/close`, {})).status).to.equal(200);
    await indexer.until(() => indexer.lines.some((line) => line.type === "remove_room" && line.room_id === roomId));
    expect(indexer.bodies(roomId)).to.deep.equal([]);
  });

  it("tells an imported room once an admin has allowed it, from its start and by its authors", async () => {
    const talk = new Conversation();
    const hello = talk.say(ALICE, "hello from acme");
    talk.react(BOB, hello, "👍");
    talk.say(BOB, "wrong");
    const edited = talk.say(BOB, "before");
    talk.edit(BOB, edited, "after");
    talk.say(BOB, "never for indexes", { do_not_index: true });
    const reply = { "m.relates_to": { "m.in_reply_to": { event_id: hello } } };
    const answer = talk.say(ALICE, "a reply", reply);
    const gone = talk.say(ALICE, "taken back at the source");
    talk.redact(ALICE, gone, "");
    const imported = await ImportedRoom.of(service, ann, talk);
    const { roomId } = imported;
    await ann.say(roomId, "said after the import");

    // somebody in the room, whatever their power, is not enough
    await ann.setState(roomId, "io.roomporter.policy", {});
    const before = new Indexer(admin);
    await before.until(() => true);
    expect(JSON.stringify(before.lines)).not.to.include(roomId);

    await allow(roomId);
    const indexer = new Indexer(admin);
    await indexer.until(() => indexer.bodies(roomId).includes("said after the import"));
    const messages = [...indexer.docs.values()].filter(
      ({ room_id, event_type }) => room_id === roomId && event_type === "m.room.message",
    );
    expect(messages.map(({ sender, body }) => [sender, body])).to.deep.equal([
      [ALICE, "hello from acme"],
      [BOB, "wrong"],
      [BOB, "after"],
      [ALICE, "a reply"],
      [ann.userId, "said after the import"],
    ]);
    const [first] = messages;
    expect(first?.["origin_server_ts"]).to.equal(talk.event(hello).origin_server_ts);
    expect(first?.["content"]).to.deep.equal({ msgtype: "m.text", body: "hello from acme" });
    expect(first?.["_imported_sender"]).to.deep.include({ user_id: ALICE, display_name: "Alice" });
    expect(indexer.docs.get(imported.event(answer).event_id)?.["content"]).to.have.deep.property("m.relates_to", {
      "m.in_reply_to": { event_id: imported.event(hello).event_id },
    });
    const told = JSON.stringify(indexer.lines);
    for (const never of ["never for indexes", "taken back", "io.roomporter.origin", "data-mx-profile-fallback"])
      expect(told).not.to.include(never);
  });

  it("loses nothing where the indexer, the service and the homeserver are killed", async () => {
    const roomId = await room();
    await serviceJoins(roomId);
    const indexer = new Indexer(admin);
    const said: string[] = [];
    const done = new AbortController();
    const reading = (async () => {
      while (!done.signal.aborted) {
        await indexer.poll(7, 3).catch(() => undefined);
        await sleep(20);
      }
    })();
    const say = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        const body = `message ${said.length}`;
        for (let sent = false; !sent;)
          sent = await bob.send(roomId, "m.room.message", { msgtype: "m.text", body }, undefined, `txn-${body}`).then(
            () => true,
            () => sleep(100).then(() => false),
          );
        said.push(body);
      }
    };
    await say(10);
    await service.kill();
    await say(10);
    await Promise.all([service.start(), say(10)]);
    const saying = say(20);
    await sleep(100);
    await synapse.kill();
    await synapse.start();
    await saying;
    await service.kill();
    await service.start();
    await say(5);
    done.abort();
    await reading;
    await indexer.until(() => new Set(indexer.bodies(roomId)).size >= said.length);
    expect([...new Set(indexer.bodies(roomId))]).to.have.members(said);
  });

  it("feeds the search engine of docs/indexing.md, which may be killed", async () => {
    const roomId = await room();
    await serviceJoins(roomId);
    for (let i = 0; i < 12; i++) await bob.say(roomId, `kettle number ${i}`);
    const removed = await bob.say(roomId, "a kettle that is not there any more");
    const index = join(dir, "index.json");
    const env = { ROOMPORTER_URL: service.url, ROOMPORTER_TOKEN: service.adminToken, LIMIT: "5" };
    const search = (...args: string[]): string =>
      execFileSync(process.execPath, [SEARCH, ...args], { env: { ...process.env, ...env }, encoding: "utf8" });
    const found = (): string[] => search("find", index, "kettle").trimEnd().split("\n");

    const log = join(dir, "search.log");
    const first = startProcess(process.execPath, [SEARCH, "update", index], log, env);
    while (!existsSync(index) && first.running()) await sleep(5);
    await first.end("SIGKILL");
    search("update", index);
    expect(found()).to.have.length(13);
    expect(found()[0]).to.match(new RegExp(`^20..-..-..T.* ${bob.userId}: .*kettle`));

    await bob.redact(roomId, removed);
    const deadline = Date.now() + 60_000;
    while (found().length > 12 && Date.now() < deadline) search("update", index);
    expect(found()).to.have.length(12);
    await ann.kick(roomId, service.userId);
    while (found()[0] !== "" && Date.now() < deadline) search("update", index);
    expect(found()).to.deep.equal([""]);
  });
});
