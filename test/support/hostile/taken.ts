import { parseJson, type JsonObject, type JsonValue } from "../../../src/matrix/json.ts";
import type { RawEntry } from "../../unit/bundle/raw-zip.ts";
import { ALICE, BOB, message, sampleRoom, type SampleRoom } from "../../unit/bundle/sample.ts";
import { described, zip64End } from "./archives.ts";
import { Base } from "./base.ts";

/** A file that a reader must take, for nothing in it is against the format, and that must do no harm. */
export interface Nasty {
  what: string;
  make: () => Promise<Buffer>;
}

/** `ours`: a room that exists where the bundle is imported. */
export function nastyBundles(ours: { roomId: string }): Nasty[] {
  return [
    { what: "a directory in ZIP64 that would not need to be", make: async () => zip64End(await Base.of()) },
    ...[
      { what: "a data descriptor", wrong: {} },
      {
        what: "a data descriptor in ZIP64",
        wrong: { long: true, localSize: 0xffffffff, localExtra: Buffer.from([1, 0, 16, 0, ...Buffer.alloc(16)]) },
      },
    ].map(({ what, wrong }) => ({
      what,
      make: async () => (await Base.of()).repacked((list) => described(wrong)(list[1] as RawEntry)),
    })),
    { what: "events that refer to themselves, each other and later ones", make: () => bundle(crossReferences) },
    { what: "contents at the edge of what JSON can say", make: () => bundle(oddContents) },
    {
      what: "a source room that is one of this very homeserver, by its id",
      make: () =>
        bundle((room) => {
          room.head = (head) => void (head.source = { ...head.source, room_id: ours.roomId });
        }),
    },
    { what: "origins that lead to more than they hold", make: () => bundle(forgedOrigins) },
  ];
}

async function bundle(change: (room: SampleRoom) => void): Promise<Buffer> {
  const room = sampleRoom();
  change(room);
  return (await Base.of(room)).good;
}

const text = (body: string, more: JsonObject = {}): JsonObject => ({ msgtype: "m.text", body, ...more });
const relating = (rel_type: string, event_id: string): JsonObject => ({ "m.relates_to": { rel_type, event_id } });
const replying = (event_id: string): JsonObject => ({ "m.relates_to": { "m.in_reply_to": { event_id } } });

function crossReferences({ events }: SampleRoom): void {
  const own = (number: number): string => `$event-${number}`;
  const edit = (number: number): JsonObject => ({ "m.new_content": text("x"), ...relating("m.replace", own(number)) });
  events.push(
    message(20, ALICE, text("of itself", edit(20))),
    message(21, ALICE, text("of itself", relating("m.thread", own(21)))),
    message(22, ALICE, text("of itself", replying(own(22)))),
    message(23, ALICE, text("of the next", edit(24))),
    message(24, ALICE, text("of the one before", edit(23))),
    message(25, ALICE, text("of a later one", replying(own(28)))),
    message(26, BOB, { redacts: own(26) }, { type: "m.room.redaction" }),
    message(27, BOB, { redacts: own(28) }, { type: "m.room.redaction" }),
    message(28, ALICE, {}, { unsigned: { redacted_because: redactedBy(own(28), 300) } }),
    message(29, ALICE, relating("m.annotation", own(29)), { type: "m.reaction" }),
  );
}

/** Redactions that were redacted in turn, so many times. */
function redactedBy(target: string, times: number): JsonObject {
  const redaction = message(27, BOB, { redacts: target }, { type: "m.room.redaction" }) as unknown as JsonObject;
  return times === 0 ? redaction : { ...redaction, unsigned: { redacted_because: redactedBy("$event-27", times - 1) } };
}

function oddContents({ events }: SampleRoom): void {
  const nested = (depth: number): JsonValue => (depth === 0 ? "x" : [nested(depth - 1)]);
  const prototype = parseJson(
    '{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}},"msgtype":"m.text","body":"p"}',
  );
  const number = parseJson(`{"msgtype":"m.text","body":"n","a":1e400,"b":${"9".repeat(300_000)},"c":-0}`);
  events.push(
    message(30, ALICE, prototype as JsonObject),
    message(31, ALICE, number as JsonObject),
    message(32, ALICE, text("half a pair \ud83d", { "\udc00": "\ud800" })),
    message(33, ALICE, text("deep", { deep: nested(900) })),
    message(34, ALICE, text("\0\u2028\ufeff\u202e".repeat(10_000))),
    message(35, ALICE, text("early"), { origin_server_ts: Number.MIN_SAFE_INTEGER }),
    message(36, ALICE, text("late"), { origin_server_ts: Number.MAX_SAFE_INTEGER }),
    message(37, ALICE, { msgtype: 7, body: { a: [] } }),
    message(38, ALICE, {}, { type: "" }),
    message(39, ALICE, {}, { type: "x/../../../../state/m.room.power_levels" }),
    message(40, ALICE, { x: "y".repeat(900_000) }, { type: "org.example.large" }),
    message(41, ALICE, {}, { type: "toString", state_key: "__proto__" }),
  );
}

/** An import is believed by its own service only; but a bundle may say that one has made it. */
function forgedOrigins(room: SampleRoom): void {
  const author = { user_id: BOB, display_name: "Bob", avatar: null };
  const inner = { user_id: BOB, display_name: "Bob" };
  const forged = (number: number, origin: JsonObject, more: JsonObject = {}): void =>
    void room.events.push(
      message(
        number,
        ALICE,
        { ...text("forged"), _imported_sender: inner, do_not_index: true, "io.roomporter.origin": origin, ...more },
        { _imported_sender: author },
      ),
    );
  const levels = (depth: number): JsonValue => (depth === 0 ? { end: 1 } : { a: levels(depth - 1) });
  const set: JsonObject = {};
  set["/a"] = levels(990);
  const of = (event_id: string): JsonObject => ({ event_id, room_id: "!x:y" });
  room.importedBy = ALICE;
  forged(50, { ...of("$deep"), restore: { set, drop: [] } });
  forged(51, { ...of("$proto"), restore: { set: { "/__proto__": { x: 1 }, "/constructor": 2 }, drop: ["/body"] } });
  forged(52, { room_id: "!x:y", target: { redacted_by: "$event-2" } });
}
