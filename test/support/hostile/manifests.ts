import { crc32 } from "node:zlib";
import { isObject, type JsonValue } from "../../../src/matrix/json.ts";
import { deflatedRepeat } from "../../unit/bundle/raw-zip.ts";
import { ALICE, CAROL } from "../../unit/bundle/sample.ts";
import { shown } from "./archives.ts";
import { at, type Base, type Hostile } from "./base.ts";

const MIB = 1024 * 1024;

/** Manifests that are no JSON, too much of it, or of the wrong shape. */
export function hostileManifests(base: Base): Hostile[] {
  const text = base.text();
  const soon = (json: string) => (): Buffer => base.replaced('"Soon"', json);
  const member = (json: string) => (): Buffer => base.withManifest(text.replace(/\}$/, () => `,${json}}`));
  const ledger = (elements: string) => (): Buffer => base.replaced('"ledger":[]', `"ledger":[${elements}]`);
  const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
  const cases: [Hostile["code"], string, () => Buffer][] = [
    ["manifest_syntax", "no JSON", () => base.withManifest("hello")],
    ["manifest_syntax", "a list", () => base.withManifest("[]")],
    ["manifest_syntax", "a byte order mark", () => base.withManifest(`\ufeff${text}`)],
    ["manifest_syntax", "UTF-16", () => base.withManifest(Buffer.from(text, "utf16le"))],
    ["manifest_syntax", "something after the end", () => base.withManifest(`${text}{}`)],
    ["manifest_syntax", "a second manifest after the end", () => base.withManifest(text + text)],
    ["manifest_syntax", "an event that is no JSON", soon("Soon")],
    ["manifest_syntax", "a number that is none", soon("NaN")],
    ["manifest_syntax", "a number that begins with 0", soon("01")],
    ["manifest_syntax", "a control character in a string", soon('"a\nb"')],
    ["manifest_syntax", "an escape that is none", soon('"\\x41"')],
    ["manifest_syntax", "half a surrogate pair in UTF-8", () => bytesAt(base, Buffer.from([0xed, 0xa0, 0x80]))],
    ["manifest_syntax", "an overlong slash in UTF-8", () => bytesAt(base, Buffer.from([0xc0, 0xaf]))],
    ["manifest_syntax", "brackets that do not match", soon("[1}")],
    ["manifest_truncated", "an end in the middle", () => base.withManifest(text.slice(0, -3))],
    ["manifest_truncated", "an end within a string", () => base.withManifest(text.slice(0, text.indexOf("Soon")))],
    ["manifest_truncated", "nothing at all", () => base.withManifest("")],
    ["manifest_truncated", "200 MB of white space and nothing else", () => base.withManifest("{", spaces(200))],
    [
      "element_too_large",
      "200 MB of white space in an event",
      () => base.withManifest('{"events":[{', spaces(200, '{"events":[{')),
    ],
    ["element_too_large", "an event too large", soon(JSON.stringify("x".repeat(MIB)))],
    ["element_too_large", "a number of 2 MB", soon("1".repeat(2 * MIB))],
    ["element_too_large", "a key of 5 KB", member(`"${"k".repeat(5000)}":1`)],
    ["element_too_large", "a member of 3 MB that nobody knows", member(`"later":"${"x".repeat(3 * MIB)}"`)],
    ["element_too_deep", "an event 100,000 deep", soon(nested(100_000))],
    ["element_too_deep", "objects 100,000 deep", soon('{"a":'.repeat(100_000) + "1" + "}".repeat(100_000))],
    ["element_too_deep", "a member 100,000 deep that nobody knows", member(`"later":${nested(100_000)}`)],
    ["element_too_deep", "a depth without an end", soon("[".repeat(900_000))],
    [
      "manifest_too_large",
      "5,000 members that nobody knows",
      () => base.replaced("{", `{${numbered(5000, (n) => `"x${n}":0`)},`),
    ],
    [
      "manifest_too_large",
      "after the events, 5,000 members that nobody knows",
      member(numbered(5000, (n) => `"x${n}":0`)),
    ],
    [
      "manifest_too_large",
      "half a million people who never said anything",
      () =>
        base.replaced(
          '"senders":{',
          `"senders":{${numbered(500_000, (n) => `"@${n}:a":{"display_name":null,"avatar":null,"foreign":false}`)},`,
        ),
    ],
    [
      "manifest_too_large",
      "two million values in members that nobody knows",
      () => base.replaced("{", `{${numbered(20, (n) => `"x${n}":[${"[],".repeat(100_000)}[]]`)},`),
    ],
    [
      "manifest_too_large",
      "a ledger of a million lines",
      ledger(numbered(1_000_000, () => '{"code":"a","message":"b"}')),
    ],
    [
      "manifest_too_large",
      "80 MB of state",
      () => {
        const event = { ...at(base.manifest(), "state", 0), type: "m.room.member", x: "y".repeat(MIB / 2) };
        const member = (number: number): string =>
          JSON.stringify({ ...event, event_id: `$member-${number}`, state_key: `@${number}:acme.test` });
        return base.replaced('"state":[', `"state":[${numbered(160, member)},`);
      },
    ],
    ["member_duplicate", "a member twice", () => base.replaced('"ledger":[]', '"ledger":[],"ledger":[]')],
    ["member_duplicate", "events twice", member('"events":[]')],
    [
      "member_duplicate",
      "a member twice in two spellings",
      () => base.replaced('"ledger":[]', '"ledger":[],"\\u006cedger":[]'),
    ],
    [
      "member_duplicate",
      "a sender twice",
      () => base.withManifest(text.replace(/"senders":\{("[^"]*":\{[^}]*\}),/, '"senders":{$1,$1,')),
    ],
    [
      "member_duplicate",
      "two senders in one event",
      () => base.replaced('"sender":"', `"sender":"${ALICE}","sender":"`),
    ],
    ["member_duplicate", "two bodies in one message", soon('"Soon","body":"Never"')],
    ["member_duplicate", "two bodies in two spellings", soon('"Soon","b\\u006fdy":"Never"')],
    ["member_duplicate", "two prototypes", soon('{"__proto__":1,"__proto__":2}')],
    ["member_duplicate", "a member twice in a member that nobody knows", member('"later":[{"a":1,"a":1}]')],
    ["format_unknown", "another format", () => base.changed((m) => Object.assign(m, { format: "zip" }))],
    ["format_unknown", "no format", () => base.changed((m) => delete m["format"])],
    [
      "format_unknown",
      "a format by way of the prototype",
      () => base.replaced('"format":"', '"__proto__":{"format":"io.roomporter.bundle"},"x":"'),
    ],
    ["version_unknown", "another version", () => base.changed((m) => Object.assign(m, { format_version: 2, room: 1 }))],
    ["version_unknown", "a version in other digits", () => base.replaced('"format_version":1', '"format_version":1.0')],
    ["member_missing", "no events", () => base.changed((m) => delete m["events"])],
    ["member_missing", "no room", () => base.changed((m) => delete m["room"])],
    [
      "member_shape",
      "a part that calls itself the whole",
      () => base.replaced('"complete":true,"limits":[]', '"complete":true,"limits":[{"kind":"media"}]'),
    ],
    [
      "member_shape",
      "a local time",
      () => base.changed((m) => Object.assign(m, { exported_at: "2026-11-22T10:00:00+01:00" })),
    ],
    [
      "member_shape",
      "a day that is none",
      () => base.changed((m) => Object.assign(m, { exported_at: "2026-02-30T10:00:00Z" })),
    ],
    [
      "member_shape",
      "a month that is none",
      () => base.changed((m) => Object.assign(m, { exported_at: "2026-13-01T10:00:00Z" })),
    ],
    [
      "member_shape",
      "a room type of its own",
      () => base.changed((m) => Object.assign(at(m, "room"), { type: "club" })),
    ],
    [
      "member_shape",
      "a media key that is no hash",
      () => base.changed((m) => Object.assign(at(m, "media"), { abc: at(m, "media", "*") })),
    ],
    ["member_shape", "media without URIs", () => base.changed((m) => Object.assign(at(m, "media", "*"), { uris: [] }))],
    [
      "member_shape",
      "media at a URI that climbs",
      () => base.changed((m) => Object.assign(at(m, "media", "*"), { uris: ["mxc://a/../b"] })),
    ],
    [
      "member_shape",
      "a media type with a line of its own",
      () => base.changed((m) => Object.assign(at(m, "media", "*"), { mimetype: "image/png\r\nX: y" })),
    ],
    ["member_shape", "a size beyond all numbers", () => base.replaced('"size":18', `"size":1${"0".repeat(400)}`)],
    ["member_shape", "a negative size", () => base.replaced('"size":18', '"size":-18')],
    [
      "member_shape",
      "a sender whose id is none",
      () => base.changed((m) => Object.assign(at(m, "senders"), { __proto__x: at(m, "senders", ALICE) })),
    ],
    [
      "member_shape",
      "a sender called __proto__",
      () => base.replaced('"senders":{', '"senders":{"__proto__":{"display_name":null,"avatar":null,"foreign":false},'),
    ],
    [
      "member_shape",
      "a foreign sender without a block",
      () => base.changed((m) => delete at(m, "senders", CAROL)["_imported_sender"]),
    ],
    ["member_shape", "state that is none", () => base.changed((m) => delete at(m, "state", 0)["state_key"])],
  ];
  return [...cases.map(([code, what, make]): Hostile => ({ code, what, make })), ...wrongTypes(base)];
}

/** Places in a manifest, and the code of what stands there being of another type. */
const PLACES: [Hostile["code"], ...(string | number)[]][] = [
  ["format_unknown", "format"],
  ["version_unknown", "format_version"],
  ...["generator", "exported_at", "exported_by", "source", "room", "coverage", "counts"].map((name) => inHead(name)),
  ...["senders", "media", "ledger", "state", "events"].map((name) => inHead(name)),
  ...["server_name", "room_id"].map((name) => inHead("source", name)),
  ...["name", "topic", "avatar", "type", "scope", "visibility", "created_at", "creator", "room_version"].map((name) =>
    inHead("room", name),
  ),
  inHead("room", "scope", "scope_kind"),
  ...["complete", "limits"].map((name) => inHead("coverage", name)),
  ...["events", "by_type", "senders", "media_files", "media_bytes", "ledger"].map((name) => inHead("counts", name)),
  inHead("counts", "by_type", "m.reaction"),
  ...["display_name", "avatar", "foreign"].map((name) => inHead("senders", CAROL, name)),
  inHead("senders", CAROL, "_imported_sender", "user_id"),
  ...["size", "mimetype", "names", "uris"].map((name) => inHead("media", "*", name)),
  ...["event_id", "type", "sender", "origin_server_ts", "content", "state_key"].map((name) => inHead("state", 0, name)),
  ...["event_id", "type", "sender", "origin_server_ts", "content", "unsigned"].map((name) => inEvents(8, name)),
  ...["event_id", "type", "sender", "content"].map((name) => inEvents(8, "unsigned", "redacted_because", name)),
  inEvents(8, "unsigned", "redacted_because"),
  inEvents(7, "_imported_sender"),
  inEvents(7, "_imported_sender", "user_id"),
];

function inHead(...path: (string | number)[]): (typeof PLACES)[number] {
  return ["member_shape", ...path];
}
function inEvents(...path: (string | number)[]): (typeof PLACES)[number] {
  return ["event_shape", "events", ...path];
}

function wrongTypes(base: Base): Hostile[] {
  const values = base.manifest();
  return PLACES.map(([code, ...path]) => {
    const holder = path.slice(0, -1);
    const name = String(path.at(-1));
    const now = at(values, ...holder)[name];
    const wrong: JsonValue =
      typeof now === "object" && now !== null && !isObject(now) ? "text" : isObject(now) ? [] : { a: 1 };
    const make = (): Buffer => base.changed((m) => Object.assign(at(m, ...holder), { [name]: wrong }));
    return { code, what: `/${path.join("/").replace(/[@*].*?(?=\/|$)/, "…")} of the wrong type`, make };
  });
}

/** Events, each wrong in one way. */
export function hostileEvents(base: Base): Hostile[] {
  const event = (more: object) => (): Buffer => base.changed((m) => Object.assign(at(m, "events", 4), more));
  const time = (json: string) => (): Buffer =>
    base.withManifest(base.text().replace(/("event_id":"\$event-4","origin_server_ts":)\d+/, `$1${json}`));
  const cases: [string, () => Buffer][] = [
    ...["alice", "@alice", "@a b:c d", "@a:b/c", "@a:b\0", "@", `@${"a".repeat(300)}:b`, "@\ud83d:a"].map(
      (sender): [string, () => Buffer] => [`a sender called ${shown(sender).slice(0, 20)}`, event({ sender })],
    ),
    ["an event id that is none", event({ event_id: "event" })],
    ["a number for a state key", event({ state_key: 1 })],
    [
      "an id by way of the prototype",
      () => base.replaced('"event_id":"$event-4"', '"__proto__":{"event_id":"$event-4"}'),
    ],
    [
      "an author whose id is none",
      event({ _imported_sender: { user_id: "@carol", display_name: null, avatar: null } }),
    ],
    ...[
      "1.5",
      "1e3",
      "-0",
      "1e400",
      `1${"0".repeat(400)}`,
      "9007199254740992",
      "-9007199254740993",
      '"now"',
      "null",
    ].map((ts): [string, () => Buffer] => [`a time of ${ts.slice(0, 20)}`, time(ts)]),
  ];
  return cases.map(([what, make]) => ({ code: "event_shape", what, make }));
}

function bytesAt(base: Base, bytes: Buffer): Buffer {
  const [before = "", after = ""] = base.text().split("Soon");
  return base.withManifest(Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]));
}

function spaces(mebibytes: number, before = "{"): { packed: Buffer; size: number; crc: number } {
  const block = Buffer.alloc(MIB, " ");
  let crc = crc32(before);
  for (let number = 0; number < mebibytes; number++) crc = crc32(block, crc);
  return { packed: deflatedRepeat(block, mebibytes, Buffer.from(before)), size: mebibytes * MIB + before.length, crc };
}

function numbered(count: number, element: (number: number) => string): string {
  return Array.from({ length: count }, (_, number) => element(number)).join(",");
}
