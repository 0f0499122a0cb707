import { expect } from "chai";
import fc from "fast-check";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isObject, type JsonObject, type JsonValue } from "../../../src/matrix/json.ts";
import { homeserverAccess } from "../../../src/adapters/homeserver/access.ts";
import { batchLaneContract } from "../../contracts/batch-lane.ts";
import { SILENT } from "../../support/fakes/logger.ts";
import { MatrixClient } from "../../support/matrix-client.ts";
import { writeRegistration } from "../../support/registration.ts";
import { startSynapse, type Synapse } from "../../support/synapse.ts";
import { moduleFor } from "../../support/synapse-module.ts";
import { registerUser, unique } from "../../support/users.ts";

const MODULE = "/_synapse/client/roomporter/v1";
const SEED = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));

interface Answer {
  status: number;
  body: JsonObject;
}

describe(`the module for Synapse (SEED=${String(SEED)})`, () => {
  let dir: string;
  let synapse: Synapse;
  let service: MatrixClient;
  let other: string;
  let person: MatrixClient;
  let room: string;

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "roomporter-module-"));
    const own = writeRegistration(join(dir, "own.yaml"), { id: "roomporter" });
    const stranger = writeRegistration(join(dir, "other.yaml"), { id: "other", senderLocalpart: "other" });
    synapse = await startSynapse({ registrations: [own.file, stranger.file], config: moduleFor("roomporter") });
    service = new MatrixClient(synapse.url, own.asToken, `@${own.senderLocalpart}:${synapse.serverName}`);
    other = stranger.asToken;
    person = await registerUser(synapse.url, "ann");
    room = await service.createRoom({ preset: "private_chat", room_version: "12" });
  });
  after(async () => {
    await synapse.close();
    rmSync(dir, { recursive: true, force: true });
  });

  async function call(method: string, path: string, body?: JsonValue, token = service.token): Promise<Answer> {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const text = body === undefined ? undefined : JSON.stringify(body);
    const response = await fetch(synapse.url + path, { method, headers, ...(text !== undefined && { body: text }) });
    const answer = (await response.json()) as JsonValue;
    return { status: response.status, body: isObject(answer) ? answer : {} };
  }
  const batch = (events: JsonValue, txn_id = unique("txn"), token?: string): Promise<Answer> =>
    call("POST", `${MODULE}/batch`, { room_id: room, txn_id, events }, token);
  const text = (body: string, more: JsonObject = {}): JsonObject => ({
    type: "m.room.message",
    content: { msgtype: "m.text", body, ...more },
    origin_server_ts: 1_600_000_000_000,
  });
  const idsOf = async (): Promise<string[]> => (await service.timeline(room)).map(({ event_id }) => event_id);
  const reaction = (event_id: string): JsonObject => ({
    type: "m.reaction",
    content: { "m.relates_to": { rel_type: "m.annotation", event_id, key: "👍" } },
  });

  describe("through the adapter", () =>
    batchLaneContract(async () => {
      const { url, serverName } = synapse;
      const settings = { url, serverName, asToken: service.token, serviceUser: service.userId, logger: SILENT };
      return homeserverAccess(settings).asService(new AbortController().signal).writer;
    }));

  it("tells its version, its limits and the versions of Synapse that it was tried with", async () => {
    const { status, body } = await call("GET", MODULE);
    expect(status).to.equal(200);
    expect(body["limits"]).to.deep.equal({ events: 1000, commit: 100 });
    expect(body["synapse"]).to.have.property("usable", true);
  });

  it("serves its application service alone, and that as its own user alone", async () => {
    const before = await idsOf();
    for (const token of [person.token, other, "nobody"]) {
      expect((await batch([text("x")], undefined, token)).status).to.equal(403);
      expect((await call("GET", MODULE, undefined, token)).status).to.equal(403);
    }
    expect((await fetch(synapse.url + MODULE)).status).to.equal(401);
    expect(await idsOf()).to.deep.equal(before);
    const as = `?user_id=${encodeURIComponent(person.userId)}`;
    const body = { room_id: room, txn_id: unique("as"), events: [text("whose?")] };
    const [sent] = (await call("POST", `${MODULE}/batch${as}`, body)).body["event_ids"] as string[];
    const found = (await service.timeline(room)).find(({ event_id }) => event_id === sent);
    expect(found?.sender).to.equal(service.userId);
  });

  it("sends all, dated, in order, with relations to earlier ones, and repeats nothing", async () => {
    const events = [
      text("$batch:0"),
      text("reply", { "m.relates_to": { "m.in_reply_to": { event_id: "$batch:0" } } }),
      reaction("$batch:1"),
      text("* edited", {
        "m.new_content": { msgtype: "m.text", body: "edited" },
        "m.relates_to": { rel_type: "m.replace", event_id: "$batch:0" },
      }),
    ];
    const txn = unique("all");
    const { body } = await batch(events, txn);
    expect((await batch(events, txn)).body).to.deep.equal({ ...body, replayed: 4 });
    const ids = body["event_ids"] as string[];
    const sent = (await service.timeline(room)).filter(({ event_id }) => ids.includes(event_id));
    expect(sent.map(({ event_id }) => event_id)).to.deep.equal(ids);
    expect(sent.map(({ origin_server_ts }) => origin_server_ts).slice(0, 2)).to.deep.equal([
      1_600_000_000_000, 1_600_000_000_000,
    ]);
    expect(sent[0]?.content["body"]).to.equal("$batch:0");
    expect(sent[1]?.content["m.relates_to"]).to.deep.equal({ "m.in_reply_to": { event_id: ids[0] } });
    expect(sent[2]?.content["m.relates_to"]).to.have.property("event_id", ids[1]);
    const replaced = await call("GET", `/_matrix/client/v3/rooms/${room}/event/${String(ids[0])}`);
    expect(replaced.body["unsigned"]).to.have.property("m.relations").that.has.property("m.replace");
    const changed = await batch([text("other")], txn);
    expect([changed.status, changed.body["errcode"]]).to.deep.equal([400, "M_INVALID_PARAM"]);
  });

  it("refuses what a single send refuses, with its status and code, and then sends nothing", async () => {
    const target = String(((await batch([text("target")])).body["event_ids"] as string[])[0]);
    await batch([reaction(target)]);
    const thread = (event_id: string): JsonObject => text("x", { "m.relates_to": { rel_type: "m.thread", event_id } });
    const inThread = String(((await batch([thread(target)])).body["event_ids"] as string[])[0]);
    const faulty: Record<string, JsonObject> = {
      "too large": text("x".repeat(70_000)),
      "a type that is too long": { type: "t".repeat(300), content: {} },
      "no body": { type: "m.room.message", content: { msgtype: "m.text" } },
      "a number that is none": text("x", { ratio: 1.5 }),
      "mentions that are none": text("x", { "m.mentions": { user_ids: 5 } }),
      "the same reaction twice": reaction(target),
      "a thread in a thread": thread(inThread),
      "a relation to nothing": reaction("$nothing"),
      "state without a state key": { type: "m.room.name", content: { name: "x" } },
      "a member without a state key": { type: "m.room.member", content: { membership: "join" } },
      "the redaction of the room's making": { type: "m.room.redaction", content: { redacts: `$${room.slice(1)}` } },
      "a redaction of nothing named": { type: "m.room.redaction", content: {} },
      "a lone surrogate": text("\ud800"),
    };
    const before = await idsOf();
    for (const [what, event] of Object.entries(faulty)) {
      const type = encodeURIComponent(String(event["type"]));
      const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/${type}/${unique("single")}`;
      const single = await call("PUT", path, event["content"]);
      const together = await batch([text("sound"), event, text("sound, too")]);
      const wanted = single.status < 500 ? [single.status, single.body["errcode"]] : [400, "M_BAD_JSON"];
      expect(single.status, what).to.be.at.least(400);
      expect([together.status, together.body["errcode"]], what).to.deep.equal(wanted);
    }
    expect(await idsOf()).to.deep.equal(before);
  });

  it("answers a body of any kind, and never with a failure of its own", async function () {
    this.timeout(120_000);
    const anything = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;
    const event = fc.record(
      {
        type: fc.oneof(fc.constantFrom("m.room.message", "m.reaction", "m.room.redaction"), anything),
        content: fc.oneof(
          anything,
          fc.record({ body: anything, msgtype: anything, redacts: anything, "m.relates_to": anything }),
        ),
        origin_server_ts: fc.oneof(fc.integer(), anything),
      },
      { requiredKeys: [] },
    ) as fc.Arbitrary<JsonValue>;
    const body = fc.oneof(
      anything,
      fc.record({
        room_id: fc.oneof(fc.constant(room), anything),
        txn_id: fc.oneof(fc.uuid(), anything),
        events: fc.oneof(fc.array(event, { maxLength: 3 }), anything),
      }) as fc.Arbitrary<JsonValue>,
    );
    await fc.assert(
      fc.asyncProperty(body, async (sent) => {
        expect((await call("POST", `${MODULE}/batch`, sent)).status).to.be.below(500);
      }),
      { seed: SEED, numRuns: 150 },
    );
  });
});
