import { parseJson, type JsonObject, type JsonValue } from "../../../src/matrix/json.ts";
import { importedRoom } from "../../unit/bundle/imported-sample.ts";
import { ALICE, BOB, CAROL, message, sampleRoom, type SampleRoom } from "../../unit/bundle/sample.ts";
import { Base, type Hostile } from "./base.ts";

const SERVER = "new.test";
type Event = SampleRoom["events"][number];

/** An event of the room that an import of the sample made: where it was the so-manieth of the sample. */
function imported(room: SampleRoom, number: number): Event {
  const event = room.events.find((each) => each.event_id === `$${SERVER}-${number}`);
  if (!event) throw new Error(`the sample has no event ${number}`);
  return event;
}
const originOf = (content: JsonObject): JsonObject => content["io.roomporter.origin"] as JsonObject;
const redactionOf = (event: Event): JsonObject =>
  (event.unsigned?.["redacted_because"] as JsonObject)["content"] as JsonObject;

/** Rooms that an import made, with authors and origins that do not hold together. */
export function hostileOrigins(): Hostile[] {
  const origin =
    (more: JsonObject, number = 3) =>
    (room: SampleRoom): void => {
      const event = imported(room, number);
      event.content["io.roomporter.origin"] = { ...originOf(event.content), ...more };
    };
  const without =
    (name: string, number = 3) =>
    (room: SampleRoom): void => {
      delete originOf(imported(room, number).content)[name];
    };
  const restore = (set: JsonObject, drop: JsonValue[]): ((room: SampleRoom) => void) =>
    origin({ restore: { set, drop } });
  const target =
    (more: JsonObject) =>
    (room: SampleRoom): void => {
      const block = originOf(redactionOf(imported(room, 8)));
      block["target"] = { ...(block["target"] as JsonObject), ...more };
    };
  const invalid: [string, (room: SampleRoom) => void][] = [
    ["none", (room) => delete imported(room, 3).content["io.roomporter.origin"]],
    ["a list", (room) => (imported(room, 3).content["io.roomporter.origin"] = [])],
    ["no event id", without("event_id")],
    ["an event id that is none", origin({ event_id: "first" })],
    ["no room", without("room_id")],
    ["a time in words", origin({ origin_server_ts: "now" })],
    ["a time of 1.5", origin({ origin_server_ts: 1.5 })],
    ...["14.0", "1e3", "-0"].map((written): [string, (room: SampleRoom) => void] => [
      `a time of ${written}`,
      origin({ origin_server_ts: asWritten(written) }),
    ]),
    ["a way back that is a list", origin({ restore: [] })],
    ["a way back without drop", origin({ restore: { set: {} } })],
    ["a pointer that is none", restore({ body: "x" }, [])],
    ["a pointer with an escape that is none", restore({ "/a~2b": "x" }, [])],
    ["a pointer to the whole", restore({ "": {} }, [])],
    ["a pointer that leads nowhere", restore({ "/x/y": 1 }, [])],
    ["a pointer into a text", restore({ "/body/0": "x" }, [])],
    ["nothing to drop", restore({}, ["/none"])],
    ["something dropped twice", restore({}, ["/body", "/body"])],
    ["a number in drop", restore({}, [7])],
    ["content nested too deeply", restore({ "/a": nested(900), ["/a".repeat(900)]: nested(500) }, [])],
    ["a file without its hash", origin({ content_uri: "mxc://new.test/cup" })],
    ["a file with another hash", origin({ content_uri: "mxc://new.test/cup", sha256: "0".repeat(64) })],
    ["a file that is no content", (room) => contentFile(room, "[]")],
    ["a file that is no JSON", (room) => contentFile(room, "a picture")],
    ["a file nested too deeply", (room) => contentFile(room, JSON.stringify({ deep: nested(1001) }))],
    ["a file that is not UTF-8", (room) => contentFile(room, Buffer.from('{"a":"\xff"}', "latin1"))],
    ["media that lead nowhere", origin({ media: { "mxc://a/b": 1 } })],
    ["an inner name that is a number", (room) => inner(room, { display_name: 7 })],
    ["a wrapper without a type", (room) => delete imported(room, 0).content["type"]],
    ["a wrapper without a content", (room) => delete imported(room, 0).content["content"]],
    ["a wrapper with a number for a state key", (room) => (imported(room, 0).content["state_key"] = 1)],
    [
      "a redaction that does not say what it took back",
      (room) => delete originOf(redactionOf(imported(room, 8)))["target"],
    ],
    ["a redacted event at a time of 14.0", target({ origin_server_ts: asWritten("14.0") })],
    ["a redacted event without its time", target({ origin_server_ts: null })],
    ["a redacted event without its type", target({ type: null })],
  ];
  const otherAuthors: [string, (room: SampleRoom) => void][] = [
    ["another author in an imported event", (room) => inner(room, { user_id: ALICE })],
    ["no author in an imported event", (room) => delete imported(room, 3).content["_imported_sender"]],
    ["another author in what a redaction took back", target({ _imported_sender: { user_id: BOB } })],
    ["another sender in what a redaction took back", target({ sender: BOB })],
  ];
  return [
    ...invalid.map(([what, change]) => made("origin_invalid", `an origin: ${what}`, change)),
    ...otherAuthors.map(([what, change]) => made("author_inconsistent", what, change)),
    ...hostilePeople(),
  ];
}

/** Rooms as they are at their source, with people who are not whom they are said to be. */
function hostilePeople(): Hostile[] {
  const CASES: [Hostile["code"], string, (room: SampleRoom) => void][] = [
    ["author_inconsistent", "a foreign event with the block of somebody else", (room) => block(room, 7, BOB)],
    ["author_inconsistent", "a foreign event without a block", (room) => delete event(room, 7)._imported_sender],
    [
      "author_inconsistent",
      "a foreign state event with the block of somebody else",
      (room) => room.state.push({ ...message(40, CAROL, {}), type: "test.acme.state", state_key: "", ...named(BOB) }),
    ],
    ["sender_unlisted", "an imported author who is not listed", unlistedAuthor],
    ["sender_inconsistent", "a sender whose block is of somebody else", sender(CAROL, { ...named(BOB) })],
    ["sender_inconsistent", "a sender of elsewhere who is said to be of here", sender(CAROL, { foreign: false })],
    ["sender_inconsistent", "a sender of here with a block", sender(ALICE, { ...named(ALICE) })],
    [
      "sender_inconsistent",
      "a sender of here who is said to be known by an import only",
      sender(ALICE, { foreign: true, ...named(ALICE) }),
    ],
    ["state_duplicate", "a state event twice", (room) => room.state.push(room.state[1] as Event)],
    [
      "state_duplicate",
      "two states of one type and key",
      (room) => room.state.push(message(40, ALICE, {}, { type: "m.room.name", state_key: "" })),
    ],
    [
      "state_inconsistent",
      "another name in the state",
      (room) => (room.state[1] = { ...event(room, 1), content: { name: "Coffee" } }),
    ],
    [
      "state_inconsistent",
      "another sender in the state",
      (room) => (room.state[1] = { ...event(room, 1), sender: BOB }),
    ],
    [
      "state_inconsistent",
      "another time in the state",
      (room) => (room.state[1] = { ...event(room, 1), origin_server_ts: 1 }),
    ],
    [
      "media_unlisted",
      "an avatar in the state of which nothing is said",
      (room) =>
        room.state.push(
          message(40, BOB, { avatar_url: "mxc://acme.test/b" }, { type: "m.room.member", state_key: BOB }),
        ),
    ],
    [
      "media_unlisted",
      "the room's avatar of which nothing is said",
      (room) => (room.head = (head) => void (head.room.avatar = "mxc://acme.test/r")),
    ],
    [
      "media_unlisted",
      "a sender's avatar of which nothing is said",
      sender(ALICE, { avatar: { uri: "mxc://acme.test/a", sha256: null } }),
    ],
    [
      "media_unlisted",
      "an author's avatar beside an event of which nothing is said",
      (room) => block(room, 7, CAROL, "mxc://far.test/c"),
    ],
    [
      "media_unlisted",
      "a picture in a formatted body that begins with an address",
      says({ formatted_body: 'mxc://acme.test/cup <img src="mxc://acme.test/hidden">' }),
    ],
    [
      "media_unlisted",
      "a picture whose address is written with character references",
      says({ formatted_body: "<img src='mxc&#58;&#x2f;&sol;acme.test/hidden'>" }),
    ],
    [
      "media_unlisted",
      "a picture without quotation marks",
      says({ formatted_body: "<IMG alt=x SRC = mxc://acme.test/hidden>" }),
    ],
    [
      "media_unlisted",
      "a picture behind a quotation mark that opens nothing",
      says({ formatted_body: 'src=" <img src="mxc://acme.test/hidden">' }),
    ],
    [
      "media_unlisted",
      "a picture in an extensible text",
      says({ "m.text": [{ mimetype: "text/html", body: "<img src='mxc://acme.test/hidden'>" }] }),
    ],
    ["media_unlisted", "an address in a redaction", redactedWithAddress],
    ["increment_inconsistent", "an increment whose changed events are not redacted", increment({ changed: 1 })],
    [
      "increment_inconsistent",
      "an increment that changes more events than it has",
      increment({ events: 200, changed: 100 }, true),
    ],
    [
      "increment_inconsistent",
      "an increment that changes more events than the earlier bundle holds",
      increment({ events: 0, changed: 1 }, true),
    ],
    ["increment_inconsistent", "an increment that holds where it goes on from", increment({ event_id: "$event-5" })],
    ["member_shape", "an increment that does not say how many events come before", increment({ events: null })],
  ];
  const found = CASES.map(([code, what, change]): Hostile => {
    return { code, what, make: async () => (await Base.of(changed(sampleRoom(), change))).good };
  });
  return [...found, { code: "extension_unknown", what: "an extension that must be understood", make: withCritical }];
}

function made(code: Hostile["code"], what: string, change: (room: SampleRoom) => void): Hostile {
  const make = async (): Promise<Buffer> => (await Base.of(changed(importedRoom(sampleRoom(), SERVER), change))).good;
  return { code, what, make };
}

function changed(room: SampleRoom, change: (room: SampleRoom) => void): SampleRoom {
  change(room);
  return room;
}

async function withCritical(): Promise<Buffer> {
  return (await Base.of()).changed((manifest) => Object.assign(manifest, { critical: ["org.example.stamps"] }));
}

function event(room: SampleRoom, number: number): Event {
  return room.events[number] as Event;
}

function named(
  user_id: string,
  avatar: string | null = null,
): { _imported_sender: NonNullable<Event["_imported_sender"]> } {
  return { _imported_sender: { user_id, display_name: null, avatar } };
}

function block(room: SampleRoom, number: number, userId: string, avatar?: string): void {
  Object.assign(event(room, number), named(userId, avatar));
  room.head = (head) => void Object.assign(head.senders.get(CAROL) as object, named(CAROL));
}

function inner(room: SampleRoom, more: JsonObject): void {
  const { content } = imported(room, 3);
  content["_imported_sender"] = { ...(content["_imported_sender"] as JsonObject), ...more };
}

function sender(userId: string, more: object): (room: SampleRoom) => void {
  return (room) => (room.head = (head) => void Object.assign(head.senders.get(userId) as object, more));
}

function says(content: JsonObject): (room: SampleRoom) => void {
  return (room) => void room.events.push(message(20, ALICE, { msgtype: "m.text", body: "x", ...content }));
}

function unlistedAuthor(room: SampleRoom): void {
  const who = { user_id: "@dan:old.test" };
  const origin = { event_id: "$x", room_id: "!x:y", restore: { set: {}, drop: [] } };
  const content = { body: "x", _imported_sender: who, "io.roomporter.origin": origin };
  room.events.push(message(20, ALICE, content, named(who.user_id)));
  room.head = (head) => {
    head.senders.delete(who.user_id);
    head.counts.senders--;
  };
}

function redactedWithAddress(room: SampleRoom): void {
  const because = redactionOf(event(room, 8));
  because["picture"] = "mxc://acme.test/hidden";
}

/** `whole`: the events that were there before are redacted, too */
function increment(more: JsonObject, redacted = false): (room: SampleRoom) => void {
  const bookmark = {
    manifest_sha256: "0".repeat(64),
    event_id: "$before",
    events: 3,
    ids_sum: "0".repeat(64),
    changed: 0,
  };
  return (room) => {
    if (redacted) room.events = [event(room, 8)];
    if (redacted) room.media = [];
    room.head = (head) => {
      const limit = { kind: "since_bundle" as const, ...bookmark, ...more };
      head.coverage = { complete: false, limits: [limit] };
    };
  };
}

function contentFile(room: SampleRoom, bytes: string | Buffer): void {
  const uri = "mxc://new.test/content";
  room.media.push({ name: "content.json", mimetype: "application/json", uri, bytes: Buffer.from(bytes) });
  const { content } = imported(room, 3);
  const { restore: _none, ...rest } = originOf(content);
  room.head = (head) => {
    const [sha256 = ""] = [...head.media].find(([, { uris }]) => uris.includes(uri)) ?? [];
    content["io.roomporter.origin"] = { ...rest, content_uri: uri, sha256 };
  };
}

/** A number in the form in which it is written. */
function asWritten(number: string): JsonValue {
  return parseJson(number);
}

function nested(depth: number): JsonValue {
  let value: JsonValue = 1;
  for (let level = 0; level < depth; level++) value = { a: value };
  return value;
}
