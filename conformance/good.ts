import type { Sender } from "../src/bundle/manifest/manifest.ts";
import type { JsonObject, JsonValue } from "../src/matrix/json.ts";
import { described, zip64End } from "../test/support/hostile/archives.ts";
import { at, Base } from "../test/support/hostile/base.ts";
import { nastyBundles } from "../test/support/hostile/taken.ts";
import { importedRoom } from "../test/unit/bundle/imported-sample.ts";
import { ALICE, BOB, CAROL, message, sampleRoom, type SampleRoom } from "../test/unit/bundle/sample.ts";
import { decryptedBundle } from "../test/support/hostile/decryptions.ts";
import { goodEdges } from "./good-edges.ts";

/** A bundle in which nothing is wrong. */
export interface Good {
  what: string;
  make: () => Buffer | Promise<Buffer>;
}

type Change = (room: SampleRoom) => unknown;
const says = (...contents: JsonObject[]): Change => {
  return (room) =>
    contents.forEach((content, index) =>
      room.events.push(message(20 + index, ALICE, { msgtype: "m.text", body: "x", ...content })),
    );
};
const head = (change: (head: Parameters<NonNullable<SampleRoom["head"]>>[0]) => unknown): Change => {
  return (room) => (room.head = (made) => void change(made));
};
const limits = (...list: JsonObject[]): Change =>
  head((made) => (made.coverage = { complete: false, limits: list as (typeof made)["coverage"]["limits"] }));
const file = (name: string, mimetype: string, bytes: Buffer | string): Change => {
  return ({ media }) =>
    media.push({ name, mimetype, uri: `mxc://acme.test/f${media.length}`, bytes: Buffer.from(bytes) });
};
const lost = (uri: string): SampleRoom["ledger"][number] => ({ code: "media_unavailable", message: "Gone.", uri });
const BOOKMARK = {
  kind: "since_bundle",
  manifest_sha256: "0".repeat(64),
  event_id: "$before",
  events: 3,
  ids_sum: "0".repeat(64),
};

/** Rooms as they are at their source. */
const ROOMS: [string, Change][] = [
  ["the sample", () => undefined],
  ["no events", (room) => Object.assign(room, { events: [], state: [], media: [] })],
  ["one event", (room) => Object.assign(room, { events: room.events.slice(0, 1), state: [], media: [] })],
  ["no creation", (room) => room.events.shift()],
  ["no state", (room) => (room.state = [])],
  [
    "state that is not among the events",
    (room) => room.state.push(message(90, BOB, { a: 1 }, { type: "m.room.topic", state_key: "" })),
  ],
  [
    "state of somebody who is not among the senders",
    (room) => room.state.push(message(90, "@dan:acme.test", {}, { type: "m.x", state_key: "" })),
  ],
  ["the same event redacted in the state only", redactedInState],
  [
    "state of the same type with another key",
    (room) => room.state.push(message(90, BOB, {}, { type: "m.room.name", state_key: "x" })),
  ],
  ["a time before 1970", (room) => room.events.push(message(20, ALICE, {}, { origin_server_ts: -1 }))],
  ["times that go back", (room) => room.events.push(message(20, ALICE, {}, { origin_server_ts: 1 }))],
  ["an event of no type", (room) => room.events.push(message(20, ALICE, {}, { type: "" }))],
  ["a relation to nowhere", says({ "m.relates_to": { rel_type: "m.thread", event_id: "$nowhere" } })],
  ["an inner block that anybody wrote", says({ _imported_sender: { user_id: BOB }, "io.roomporter.origin": [] })],
  ["a poll result that is none", says({ "io.roomporter.poll_result": { a: "many", b: -1 } })],
  ["a redaction in a room of version 10", (room) => oldRedaction(room, {})],
  ["a redaction whose content says something else", (room) => oldRedaction(room, { redacts: "$event-3" })],
  ["a redacted redaction, which says no target", redactedRedaction],
  [
    "an address that is in the ledger",
    (room) => [says({ url: "mxc://acme.test/gone" })(room), room.ledger.push(lost("mxc://acme.test/gone"))],
  ],
  [
    "what only begins like an address",
    says(
      { url: "mxc://acme.test/a b" },
      { url: "mxc://../x" },
      { url: "mxc://acme.test/" },
      { url: "MXC://acme.test/x" },
    ),
  ],
  ["an address in a key, and within a text", says({ "mxc://acme.test/key": 1, body: "see mxc://acme.test/x" })],
  [
    "an address in HTML that no src names",
    says({ formatted_body: '<a href="mxc://acme.test/x">mxc://acme.test/x</a><i data-src="mxc://acme.test/y">' }),
  ],
  [
    "a src in a text that is no HTML",
    says({ body: '<img src="mxc://acme.test/x">', formatted_body: ['<img src="mxc://acme.test/x">'] }),
  ],
  [
    "a src with references that are none",
    says({ formatted_body: "<img src='mxc&#58//acme.test/x'><img src='mxc&Colon;//acme.test/x'>" }),
  ],
  [
    "pictures of the bundle in every spelling",
    says({
      formatted_body: `<img src="mxc://acme.test/cup"><IMG SRC=mxc://acme.test/cup><img src='mxc&#58;&sol;/acme.test/cup'>`,
    }),
  ],
  ["a file that nobody speaks of", file("spare.bin", "application/octet-stream", "spare")],
  ["an empty file", file("empty", "text/plain", "")],
  [
    "a file of many addresses",
    ({ media }) => media.push({ ...(media[0] as SampleRoom["media"][0]), uri: "mxc://acme.test/again" }),
  ],
  ["a file that poses as entries", file("posing.bin", "image/png", "PK\x03\x04PK\x07\x08PK\x01\x02PK\x05\x06")],
  ["a text file", file("long.txt", "text/plain", "tea ".repeat(5000))],
  ["a name in other letters", file("\u00fc\u65e5\u672c.png", "image/png", "x")],
  ["a media type with a parameter", file("a.txt", "text/plain; charset=utf-8", "x")],
  ["a sender with an avatar", avatarOf("mxc://acme.test/cup")],
  [
    "a sender with an avatar that is in the ledger",
    (room) => [room.ledger.push(lost("mxc://acme.test/a")), avatarOf("mxc://acme.test/a", null)(room)],
  ],
  ["a sender with an avatar that is none", avatarOf("https://example.org/a.png", null)],
  ["a room with an avatar", head((made) => (made.room.avatar = "mxc://acme.test/cup"))],
  ["a sender who never said anything", head((made) => listed(made, "@dan:acme.test", { foreign: false }))],
  [
    "somebody of here who is known by an import only",
    head((made) =>
      listed(made, "@dan:acme.test", {
        foreign: true,
        _imported_sender: { user_id: "@dan:acme.test", display_name: null, avatar: null },
      }),
    ),
  ],
  ["a part by visibility", limits({ kind: "visibility", user_id: ALICE })],
  ["a part by senders", limits({ kind: "senders", senders: [ALICE] }, { kind: "senders", excluded: [BOB] })],
  ["a part by thread and dates", limits({ kind: "thread", event_id: "$event-2" }, { kind: "date_range", since: 0 })],
  ["a part of no name", limits()],
  ["an increment", limits({ ...BOOKMARK, changed: 0 })],
  [
    "an increment that changes an event",
    (room) => [
      room.events.unshift(...room.events.splice(8, 1)),
      room.events.splice(1, 1),
      limits({ ...BOOKMARK, events: 1, changed: 1 })(room),
    ],
  ],
  [
    "an increment that leaves files to the earlier bundle",
    (room) => {
      room.ledger.push({ code: "media_in_earlier_bundle", message: "1 file." });
      room.head = (made) => {
        made.coverage = { complete: false, limits: [{ ...BOOKMARK, kind: "since_bundle", changed: 0 }] };
        made.room.avatar = "mxc://acme.test/earlier";
      };
    },
  ],
  [
    "a ledger about an event that is left out",
    (room) => room.ledger.push({ code: "event_malformed", message: "No event.", event_id: "$none" }),
  ],
  ["a ledger with a code of its own", (room) => room.ledger.push({ code: "org_example", message: "Something." })],
];

/** Sound bundles of all kinds, the same on every run. */
export async function goodBundles(): Promise<Good[]> {
  const base = await Base.of();
  const changed = (change: (manifest: JsonObject) => unknown): (() => Buffer) => {
    return () => base.changed((manifest) => void change(manifest));
  };
  const member = (place: (string | number)[], more: JsonObject): (() => Buffer) =>
    changed((manifest) => Object.assign(at(manifest, ...place), more));
  const written: Good[] = [
    { what: "members in another order", make: () => base.withManifest(JSON.stringify(turned(base.manifest()))) },
    {
      what: "white space wherever JSON allows it",
      make: () => base.withManifest(`\n\t ${JSON.stringify(base.manifest(), null, "\t ")} \r\n`),
    },
    { what: "escapes that need not be", make: () => base.withManifest(escaped(base.text())) },
    {
      what: "members that nobody knows",
      make: changed((m) => Object.assign(m, { "org.example.a": [1.5, { b: null }], later: "x" })),
    },
    {
      what: "members in an event that nobody knows",
      make: member(["events", 2], { "org.example.a": 1, age: 7, unsigned: { age: 7 } }),
    },
    {
      what: "a block beside a redaction in an event",
      make: member(["events", 8, "unsigned", "redacted_because"], { _imported_sender: 7 }),
    },
    {
      what: "a comment that is no signature",
      make: () => base.repacked(() => undefined, { comment: Buffer.from('{"type":"io.roomporter.signatur"}') }),
    },
    {
      what: "a comment that is no JSON",
      make: () => base.repacked(() => undefined, { comment: Buffer.from([0xff, 0xfe, 0x7b]) }),
    },
    { what: "a directory in ZIP64", make: () => zip64End(base) },
    {
      what: "a descriptor behind the manifest",
      make: () => base.repacked((list) => described({})(list[0] as (typeof list)[0])),
    },
    { what: "everything stored", make: () => base.repacked((list) => list.forEach((entry) => (entry.method = 0))) },
    { what: "the media before the manifest", make: () => base.repacked((list) => list.reverse()) },
  ];
  const rooms = ROOMS.map(([what, change]): Good => ({ what, make: () => made(sampleRoom(), change) }));
  const generations: Good[] = [1, 2, 3].map((count) => ({
    what: `a room that was imported ${count} times`,
    make: () => made(generation(count), () => undefined),
  }));
  const nasty = nastyBundles({ roomId: "!ours:acme.test" });
  return [...rooms, ...written, ...generations, ...nasty, ...goodEdges(base), ...(await decrypted())];
}

/** A bundle that was decrypted after its export. */
async function decrypted(): Promise<Good[]> {
  const { base } = await decryptedBundle();
  return [{ what: "a bundle that was decrypted, in part", make: () => base.good }];
}

async function made(room: SampleRoom, change: Change): Promise<Buffer> {
  change(room);
  return (await Base.of(room)).good;
}

function generation(count: number): SampleRoom {
  let room = sampleRoom();
  for (let number = 1; number <= count; number++) room = importedRoom(room, `s${number}.test`);
  return room;
}

function oldRedaction(room: SampleRoom, said: JsonObject): void {
  const redaction = message(9, BOB, said, { type: "m.room.redaction", redacts: "$event-8" });
  room.events[9] = redaction;
  room.events[8] = {
    ...(room.events[8] as (typeof room.events)[0]),
    unsigned: { redacted_because: redaction as unknown as JsonObject },
  };
  room.head = (made) => void (made.room.room_version = "10");
}

function redactedRedaction(room: SampleRoom): void {
  const because = message(9, CAROL, {}, { type: "m.room.redaction" }) as unknown as JsonObject;
  room.events.push(message(20, ALICE, {}, { unsigned: { redacted_because: because } }));
}

function redactedInState(room: SampleRoom): void {
  const because = message(60, ALICE, { redacts: "$event-1" }, { type: "m.room.redaction" }) as unknown as JsonObject;
  room.state[1] = message(
    1,
    ALICE,
    {},
    { type: "m.room.name", state_key: "", unsigned: { redacted_because: because } },
  );
}

function avatarOf(uri: string, sha256?: null): Change {
  return head((made) => {
    const hash = [...made.media].find(([, { uris }]) => uris.includes(uri))?.[0] ?? null;
    Object.assign(made.senders.get(ALICE) as object, { avatar: { uri, sha256: sha256 === null ? null : hash } });
  });
}

function listed(
  made: Parameters<NonNullable<SampleRoom["head"]>>[0],
  userId: string,
  more: Pick<Sender, "foreign" | "_imported_sender">,
): void {
  made.senders.set(userId, { display_name: null, avatar: null, ...more });
  made.counts.senders++;
}

function turned(manifest: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(manifest).reverse());
}

/** Each letter `e` in a string becomes an escape. */
function escaped(text: string): string {
  const inStrings = (value: JsonValue): string => JSON.stringify(value).replaceAll(/(?<!\\)e/g, "\\u0065");
  return text.replaceAll(/"(?:[^"\\]|\\.)*"/g, (string) => inStrings(JSON.parse(string) as string));
}
