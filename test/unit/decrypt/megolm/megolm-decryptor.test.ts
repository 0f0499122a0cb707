import { expect } from "chai";
import { megolmIndex } from "../../../../src/matrix/megolm-index.ts";
import { openDecryptor } from "../../../../src/decrypt/megolm/open-decryptor.ts";
import type { Opened } from "../../../../src/decrypt/decryptor.ts";
import { RoomKeys } from "../../../../src/decrypt/keys/room-keys.ts";
import type { JsonObject, JsonValue } from "../../../../src/matrix/json.ts";
import { MegolmSession } from "../../../support/megolm/megolm-session.ts";

const ROOM = "!room:example.org";
let number = 0;

function eventOf(content: JsonObject): JsonObject {
  return {
    event_id: `$${number++}`,
    type: "m.room.encrypted",
    sender: "@ann:example.org",
    origin_server_ts: 1_700_000_000_000,
    content,
  };
}

async function opened(sessions: JsonValue[], contents: JsonObject[], room = ROOM): Promise<Opened[]> {
  const keys = new RoomKeys();
  for (const session of sessions) keys.addParsed(session);
  const decryptor = await openDecryptor(keys);
  try {
    return await decryptor.openBatch(room, contents.map(eventOf));
  } finally {
    await decryptor.close();
  }
}

const why = (events: Opened[]): string[] => events.map((event) => (event.kind === "closed" ? event.why : event.kind));

describe("encrypted events", () => {
  it("are opened with their keys: type, content and what stands beside it", async () => {
    const session = new MegolmSession(ROOM);
    const key = session.exported();
    const content = { msgtype: "m.text", body: "Grüße 🔑", "m.relates_to": { event_id: "$1", rel_type: "m.thread" } };
    const [first, second] = await opened(
      [{ ...key, shared_history: true }],
      [
        { ...session.encrypt("m.room.message", content), "m.relates_to": { event_id: "$2", rel_type: "m.thread" } },
        session.encrypt("m.sticker", { body: "s", size: 1.5 }, { redacts: "$x", sender: "@eve:example.org" }),
      ],
    );
    const common = { kind: "opened", sessionId: session.id, senderKey: session.senderKey, sharedHistory: true };
    expect(first).to.deep.equal({
      ...common,
      type: "m.room.message",
      content,
      extras: { room_id: ROOM },
      messageIndex: 0,
    });
    expect(second).to.deep.include({ type: "m.sticker", messageIndex: 1, extras: { room_id: ROOM, redacts: "$x" } });
  });

  it("are opened beyond the 256th message of a session, in any order, and over several slices", async () => {
    const session = new MegolmSession(ROOM);
    const key = session.exported();
    const contents = Array.from({ length: 300 }, (_, i) => session.encrypt("m.room.message", { body: String(i) }));
    const events = (await opened([key], [...contents, ...contents.toReversed()])).filter(
      ({ kind }) => kind === "opened",
    );
    const bodies = events.map((event) => event.kind === "opened" && [event.content["body"], event.messageIndex]);
    const expected = contents.map((_, i) => [String(i), i]);
    expect(bodies).to.deep.equal([...expected, ...expected.toReversed()]);
  });

  it("that stay closed say why", async () => {
    const session = new MegolmSession(ROOM);
    const early = session.encrypt("m.room.message", { body: "before the key" });
    const key = session.exported();
    const fine = session.encrypt("m.room.message", { body: "fine" });
    const ciphertext = String(fine["ciphertext"]);
    const flipped = Buffer.from(ciphertext, "base64");
    flipped.writeUInt8(flipped.readUInt8(40) ^ 1, 40);
    const results = await opened(
      [key],
      [
        early,
        new MegolmSession(ROOM).encrypt("m.room.message", { body: "another's" }),
        { ...fine, algorithm: "m.megolm.v2.aes-sha2" },
        { ...fine, algorithm: "m.olm.v1.curve25519-aes-sha2", ciphertext: {} },
        { ...fine, ciphertext: flipped.toString("base64") },
        { ...fine, ciphertext: ciphertext.slice(0, 60) },
        { ...fine, ciphertext: "AwgB!" },
        { ...fine, ciphertext: 7 },
        { ...fine, session_id: null },
        {},
        fine,
      ],
    );
    expect(why(results)).to.deep.equal([
      "later_index",
      "no_key",
      "unknown_algorithm",
      "unknown_algorithm",
      ...Array.from({ length: 6 }, () => "malformed"),
      "opened",
    ]);
    expect(results[0]).to.include({ sessionId: session.id });
  });

  it("that hold no event of this room are malformed, and stop no other", async () => {
    const session = new MegolmSession(ROOM);
    const key = session.exported();
    const plains = [
      "not JSON",
      "[]",
      "{}",
      `{"type":"m.room.message","content":{}}`,
      `{"type":7,"content":{},"room_id":"${ROOM}"}`,
      `{"type":"m.room.message","content":[],"room_id":"${ROOM}"}`,
      `{"type":"m.room.message","content":{},"room_id":"!other:example.org"}`,
      // what claims to be state is refused by the library, as by clients that use it
      `{"type":"m.room.name","content":{"name":"x"},"state_key":"","room_id":"${ROOM}"}`,
      "",
      `{"type":"m.room.message","content":${"[".repeat(5000)}${"]".repeat(5000)},"room_id":"${ROOM}"}`,
    ];
    const contents = plains.map((plain) => session.encryptBytes(Buffer.from(plain)));
    const results = await opened([key], [...contents, session.encrypt("m.room.message", { body: "fine" })]);
    expect(why(results)).to.deep.equal([...plains.map(() => "malformed"), "opened"]);
  });

  it("are opened beside sessions that the library refuses, and only with the keys of their own room", async () => {
    const session = new MegolmSession(ROOM);
    const key = session.exported();
    const broken = new MegolmSession(ROOM);
    const brokenKey = broken.exported();
    // 32 bytes that are no point of the curve
    const bytes = Buffer.from(brokenKey.session_key, "base64");
    bytes.fill(0, bytes.length - 32);
    bytes[bytes.length - 32] = 2;
    const id = bytes.subarray(-32).toString("base64").replace("=", "");
    const sender_claimed_keys = { ed25519: id };
    const contents = [
      { ...broken.encrypt("m.room.message", { body: "no" }), session_id: id },
      session.encrypt("m.room.message", { body: "yes" }),
    ];
    const keys = [
      { ...brokenKey, session_id: id, session_key: bytes.toString("base64") },
      { ...key, sender_claimed_keys },
    ];
    expect(why(await opened(keys, contents))).to.deep.equal(["no_key", "opened"]);
    expect(why(await opened(keys, contents, "!other:example.org"))).to.deep.equal(["no_key", "no_key"]);
  });

  it("are opened in the order of the calls, though these do not wait for each other", async () => {
    const sessions = Array.from({ length: 3 }, () => new MegolmSession(ROOM));
    const keys = new RoomKeys();
    for (const session of sessions) keys.addParsed(session.exported());
    const contents = sessions.map((session) => eventOf(session.encrypt("m.room.message", { body: session.id })));
    const decryptor = await openDecryptor(keys);
    const batches = await Promise.all([...contents, ...contents].map((event) => decryptor.openBatch(ROOM, [event])));
    await decryptor.close();
    expect(batches.flat().map((event) => event.kind === "opened" && event.content["body"])).to.deep.equal(
      [...sessions, ...sessions].map(({ id }) => id),
    );
  });
});

describe("the index of a megolm message", () => {
  it("is read from its first bytes, up to 32 bits", () => {
    const head = (...bytes: number[]): number | undefined =>
      megolmIndex(Buffer.from([...bytes, 0x12, 1, 0]).toString("base64"));
    expect(head(3, 8, 0)).to.equal(0);
    expect(head(3, 8, 0xac, 0x02)).to.equal(300);
    expect(head(3, 8, 0xff, 0xff, 0xff, 0xff, 0x0f)).to.equal(2 ** 32 - 1);
    expect(head(3, 8, 0xff, 0xff, 0xff, 0xff, 0x1f)).to.equal(undefined);
    expect(head(3, 8, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01)).to.equal(undefined);
    expect(head(4, 8, 0)).to.equal(undefined);
    expect(head(3, 16, 0)).to.equal(undefined);
    expect(megolmIndex("")).to.equal(undefined);
  });
});
