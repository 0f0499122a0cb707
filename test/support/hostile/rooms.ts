import type { JsonObject } from "../../../src/matrix/json.ts";
import { ALICE, BOB, message, sampleRoom, type SampleRoom } from "../../unit/bundle/sample.ts";
import { at, Base, type Hostile } from "./base.ts";

type Change = (room: SampleRoom) => unknown;

/** Rooms whose parts do not agree: the archive and the shape of everything in it are sound. */
export function hostileRooms(base: Base): Hostile[] {
  const cases: [Hostile["code"], string, Change][] = [
    ["event_duplicate", "an event twice", (room) => room.events.push(room.events[3] as SampleRoom["events"][0])],
    ["event_order", "the creation in the middle", (room) => room.events.push(...room.events.splice(0, 1))],
    [
      "sender_unlisted",
      "a sender who is not listed",
      (room) =>
        (room.head = (head) => {
          head.senders.delete(ALICE);
          head.counts.senders--;
        }),
    ],
    [
      "media_unlisted",
      "a file of which nothing is said",
      (room) => room.events.push(message(20, ALICE, { url: "mxc://acme.test/other" })),
    ],
    [
      "media_unlisted",
      "an inline image of which nothing is said",
      (room) => room.events.push(message(20, ALICE, { formatted_body: '<img src="mxc://acme.test/inline">' })),
    ],
    [
      "author_inconsistent",
      "an imported event with two authors",
      (room) => {
        const author = { user_id: BOB, display_name: null, avatar: null };
        const content = { body: "x", _imported_sender: { user_id: ALICE }, "io.roomporter.origin": {} };
        room.events.push(message(20, ALICE, content, { _imported_sender: author }));
      },
    ],
    [
      "redaction_inconsistent",
      "a redaction of something else",
      (room) => {
        const because = { ...message(9, ALICE, { redacts: "$event-7" }), type: "m.room.redaction" };
        Object.assign(room.events[8] as object, { unsigned: { redacted_because: because } });
      },
    ],
    [
      "sender_avatar",
      "an avatar with another hash",
      (room) =>
        (room.head = (head) => {
          Object.assign(head.senders.get(ALICE) as object, { avatar: { uri: "mxc://acme.test/cup", sha256: null } });
        }),
    ],
    [
      "media_uri_duplicate",
      "a URI for two files",
      (room) =>
        room.media.push({ name: "b", mimetype: "a/b", uri: "mxc://acme.test/cup", bytes: Buffer.from("other") }),
    ],
  ];
  const counts = (name: string, value: number) => (): Buffer =>
    base.changed((m) => Object.assign(at(m, "counts"), { [name]: value }));
  const byType = (change: (counts: JsonObject) => unknown) => (): Buffer =>
    base.changed((m) => void change(at(m, "counts", "by_type")));
  const counted: [string, () => Buffer][] = [
    ...["events", "senders", "media_files", "media_bytes", "ledger"].map((name): [string, () => Buffer] => [
      `a wrong count of ${name}`,
      counts(name, 7),
    ]),
    ["a wrong count of a type", byType((types) => (types["m.reaction"] = 3))],
    ["a type too many", byType((types) => (types["m.other"] = 1))],
    ["a type too few", byType((types) => delete types["m.reaction"])],
    ["an event too few", () => base.changed((m) => void (m["events"] as unknown[]).splice(4, 1))],
  ];
  return [
    ...cases.map(([code, what, change]): Hostile => {
      const make = async (): Promise<Buffer> => {
        const room = sampleRoom();
        change(room);
        return (await Base.of(room)).good;
      };
      return { code, what, make };
    }),
    ...counted.map(([what, make]): Hostile => ({ code: "counts_mismatch", what, make })),
    { code: "signature_invalid", what: "a signature of nothing", make: () => signed(base, {}) },
    { code: "signature_invalid", what: "a signature of another manifest", make: () => signed(base, anySignature()) },
  ];
}

function signed(base: Base, more: JsonObject): Buffer {
  const comment = Buffer.from(JSON.stringify({ type: "io.roomporter.signature", algorithm: "ed25519", ...more }));
  return base.repacked(() => undefined, { comment });
}

function anySignature(): JsonObject {
  const public_key = Buffer.alloc(32, 1).toString("base64");
  return { public_key, key_id: KEY_ID, signature: Buffer.alloc(64, 2).toString("base64") };
}

/** Of a key of 32 bytes 1. */
const KEY_ID = `ed25519:72cd6e8422c407fb`;
