import { MAX_ENTRIES } from "../../../src/bundle/limits.ts";
import { deflatedRepeat, rawDescriptor, rawZip, type RawEntry } from "../../unit/bundle/raw-zip.ts";
import type { Base, Hostile } from "./base.ts";

const MIB = 1024 * 1024;
const GIB = 1024;
const VIEWER = { sha256: "0".repeat(64), size: 2 };

/** Archives that are none, or not what a bundle may be. */
export function hostileArchives(base: Base): Hostile[] {
  const { good } = base;
  const media = (entries: RawEntry[]): RawEntry => entries[1] as RawEntry;
  const manifest = (entries: RawEntry[]): RawEntry => entries[0] as RawEntry;
  const media_ = (change: (entry: RawEntry) => unknown) => (): Buffer =>
    base.repacked((list) => void change(media(list)));
  const named = (name: (old: string) => string | Buffer) => media_((entry) => (entry.name = name(String(entry.name))));
  const beside = (entry: RawEntry) => (): Buffer => base.repacked((list) => list.push(entry));
  const cut = (share: number) => (): Buffer => good.subarray(0, Math.floor(good.length * share));
  const renamed = (name: string): (() => Buffer) => named((old) => old.replace("cup.png", name));
  const u64 = (...numbers: number[]): Buffer => {
    const extra = Buffer.alloc(4 + 8 * numbers.length);
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(8 * numbers.length, 2);
    numbers.forEach((number, index) => extra.writeBigUInt64LE(BigInt(number), 4 + 8 * index));
    return extra;
  };

  const unreadable: [string, () => Buffer][] = [
    ["what is no ZIP", () => Buffer.from("not a zip")],
    ["an empty file", () => Buffer.alloc(0)],
    ["nothing but the end of a directory", () => rawZip([]).subarray(1)],
    ...[0.02, 0.3, 0.7, 0.99].map((share): [string, () => Buffer] => [`${100 * share} % of a bundle`, cut(share)]),
    ["a bundle without its last byte", () => good.subarray(0, -1)],
    ["a directory cut out", () => Buffer.concat([good.subarray(0, 200), good.subarray(-22)])],
    ["data after the end", () => Buffer.concat([good, Buffer.from("more")])],
    ["two archives one after the other, the second cut", () => Buffer.concat([good, good.subarray(0, 300)])],
    ["more entries told than there are", () => base.repacked(() => undefined, { count: 40_000 })],
    ["a ZIP64 size cut short", media_((entry) => Object.assign(entry, { size: 0xffffffff, extra: u64() }))],
    ["a ZIP64 directory that is nowhere", () => zip64End(base, { at: 2 ** 40 })],
    ["a ZIP64 directory beyond what can be counted", () => zip64End(base, { at: Number.MAX_SAFE_INTEGER })],
    ["a second disk", () => zip64End(base, { disk: 7 })],
    ["a directory of another length than its end tells", () => base.repacked(() => undefined, { length: 60 })],
    ["a directory at another place than its ZIP64 end tells", () => zip64End(base, { plain: 7 })],
    ["an entry encrypted strongly", media_((entry) => (entry.flags = 0x41))],
  ];
  const names: [string, () => Buffer][] = [
    ["a file beside", beside({ name: "readme.txt", data: Buffer.from("hi") })],
    ["a directory entry", beside({ name: "media/", data: Buffer.alloc(0), method: 0 })],
    ["a second manifest in other letters", beside({ name: "MANIFEST.JSON", data: Buffer.from("{}") })],
    ["a second manifest by another path", beside({ name: "./manifest.json", data: Buffer.from("{}") })],
    ["a path that climbs", named(() => `media/${"0".repeat(64)}/../../x`)],
    ["a path that only climbs", named(() => "../../../../etc/cron.d/x")],
    ["an absolute path", named(() => "/etc/passwd")],
    ["a path of another system", named(() => "..\\..\\x")],
    ["a drive letter", named(() => "C:/x")],
    ["a folder below the file's own", renamed("a/b.png")],
    ["no file name", renamed("")],
    ["a hash in capitals", named((old) => old.replace(/[0-9a-f]{64}/, (hash) => hash.toUpperCase()))],
    ...[
      "..\\cup",
      "C:cup",
      "cup\0.png",
      "con.png",
      "NUL",
      "com1.txt",
      ".hidden",
      "cup.",
      " cup",
      "cup\n",
      "\u202egnp.puc",
    ].map((name): [string, () => Buffer] => [`a file called ${shown(name)}`, renamed(name)]),
    ["a name of 300 bytes", renamed("x".repeat(300))],
    ["a name that is not UTF-8", named((old) => Buffer.concat([Buffer.from(old), Buffer.from([0xff])]))],
    [
      "a name beyond ASCII that is not flagged as UTF-8",
      () => unflagged(base.repacked((list) => (media(list).name = String(media(list).name).replace("cup", "\u00fcp")))),
    ],
    ["another name in an extra field", media_((entry) => (entry.extra = unicodePath("media/evil")))],
  ];
  const others: [Hostile["code"], string, () => Buffer | Promise<Buffer>][] = [
    [
      "zip_too_many_entries",
      "more entries told than a bundle may have",
      () => zip64End(base, { count: MAX_ENTRIES + 1 }),
    ],
    ["zip_too_many_entries", "2^53 entries told", () => zip64End(base, { count: Number.MAX_SAFE_INTEGER })],
    [
      "zip_bomb",
      "a file that unpacks to 1 GB",
      media_((entry) => Object.assign(entry, { packed: deflatedRepeat(Buffer.alloc(MIB), GIB), size: GIB * MIB })),
    ],
    [
      "zip_bomb",
      "1 GB of white space in the manifest",
      () => base.withManifest("", { packed: deflatedRepeat(Buffer.alloc(MIB, " "), GIB), size: GIB * MIB, crc: 0 }),
    ],
    ["zip_bomb", "a size of 4 GB in 32 bits", media_((entry) => (entry.size = 0xffffffff))],
    [
      "zip_bomb",
      "a ZIP64 size of 2^52",
      media_((entry) => Object.assign(entry, { size: 0xffffffff, extra: u64(2 ** 52) })),
    ],
    [
      "zip_bomb",
      "10,000 entries that are the same 1 MB",
      () => base.repacked((list) => many(list, 10_000, { size: MIB, offset: 0 })),
    ],
    [
      "entry_overlap",
      "5,000 entries that are the same bytes",
      () => base.repacked((list) => many(list, 5000, { offset: 0 })),
    ],
    ["entry_overlap", "an entry inside another", media_((entry) => (entry.offset = 10))],
    [
      "entry_size",
      "a manifest that says 1 KB and unpacks to 1 GB",
      () => base.withManifest("{", { packed: deflatedRepeat(Buffer.alloc(MIB, " "), GIB), size: 1024 }),
    ],
    [
      "entry_size",
      "a manifest that unpacks to more than it says",
      () => base.repacked((list) => resize(manifest(list), -1)),
    ],
    [
      "entry_size",
      "a manifest that unpacks to less than it says",
      () => base.repacked((list) => resize(manifest(list), 1)),
    ],
    ["entry_size", "a stored file of two sizes", media_((entry) => Object.assign(entry, { method: 0, size: 5 }))],
    ["entry_duplicate", "two manifests", () => base.repacked((list) => list.push(manifest(list)))],
    ["entry_duplicate", "the same entry twice", () => base.repacked((list) => list.push(media(list)))],
    [
      "entry_duplicate",
      "two files for one hash",
      () =>
        base.repacked((list) => list.push({ ...media(list), name: String(media(list).name).replace("cup", "mug") })),
    ],
    ["entry_not_file", "a link", media_((entry) => (entry.mode = 0o120777))],
    ["entry_not_file", "a device", media_((entry) => (entry.mode = 0o060666))],
    ["entry_not_file", "a folder by its attributes", media_((entry) => (entry.dos = 0x10))],
    ["entry_encrypted", "an encrypted entry", media_((entry) => (entry.flags = 1))],
    ["entry_encrypted", "an entry with a hidden header", media_((entry) => (entry.flags = 0x2000))],
    ["entry_method", "an unknown method", media_((entry) => (entry.method = 12))],
    ["entry_method", "a method of deflate that nobody has", media_((entry) => (entry.method = 9))],
    ["entry_header", "another name in the entry's own header", media_((entry) => (entry.localName = "media/evil"))],
    ["entry_header", "another checksum in the entry's own header", media_((entry) => (entry.localCrc = 1))],
    [
      "entry_header",
      "another name in an extra field of the entry's own header",
      media_((entry) => (entry.localExtra = unicodePath("media/evil"))),
    ],
    [
      "entry_header",
      "an extra field of the entry's own header beyond its end",
      media_((entry) => (entry.localExtra = Buffer.from([1, 0, 99, 0]))),
    ],
    [
      "entry_header",
      "another ZIP64 size in the entry's own header",
      media_((entry) => Object.assign(entry, { localSize: 0xffffffff, localExtra: u64(7, 7) })),
    ],
    ["entry_header", "other flags in the entry's own header", media_((entry) => (entry.localFlags = 0))],
    ["entry_header", "a descriptor that only the entry's own header tells of", media_(described({ flags: 0 }))],
    ["entry_header", "a descriptor that is not there", media_(described({ descriptor: Buffer.alloc(0) }))],
    ["entry_header", "a descriptor without its signature", media_(described({ from: 4 }))],
    ["entry_header", "a descriptor of 64 bits for sizes of 32", media_(described({ long: true }))],
    ["entry_header", "a descriptor of 32 bits behind a ZIP64 header", media_(described({ localExtra: u64(0, 0) }))],
    ...[4, 8, 12].map((at): [Hostile["code"], string, () => Buffer] => [
      "entry_header",
      `a descriptor that is wrong at ${at}`,
      media_(described({ wrongAt: at })),
    ]),
    ["entry_header", "a checksum before a descriptor that is neither right nor 0", media_(described({ localCrc: 1 }))],
    [
      "entry_streamed",
      "a stored file with a data descriptor",
      media_((entry) => {
        described({})(entry);
        entry.method = 0;
      }),
    ],
    [
      "zip_hidden_data",
      "a descriptor behind an entry that has none",
      media_((entry) => (entry.descriptor = rawDescriptor(entry.data))),
    ],
    ["entry_header", "an offset beyond the end", media_((entry) => (entry.offset = 0x7fffffff))],
    [
      "entry_header",
      "a ZIP64 size beside the true one",
      media_((entry) => Object.assign(entry, { size: 0xffffffff, extra: u64(entry.data.length), localCrc: 1 })),
    ],
    ["entry_damaged", "a wrong checksum", media_((entry) => (entry.crc = 1))],
    [
      "entry_damaged",
      "what cannot be unpacked",
      media_((entry) => Object.assign(entry, { method: 8, packed: Buffer.from("no deflate") })),
    ],
    [
      "entry_damaged",
      "data behind the end of the packed ones",
      media_((entry) =>
        Object.assign(entry, {
          method: 8,
          packed: Buffer.concat([deflatedRepeat(Buffer.alloc(0), 0, entry.data), Buffer.from("hidden")]),
        }),
      ),
    ],
    [
      "zip_hidden_data",
      "data before the first entry",
      () => base.repacked(() => undefined, { before: Buffer.from("#!/bin/sh\n") }),
    ],
    [
      "zip_hidden_data",
      "an entry that the directory does not list",
      () => base.repacked(() => undefined, { gap: rawZip(base.entries()) }),
    ],
    [
      "zip_hidden_data",
      "data within the directory",
      () => base.repacked(() => undefined, { beforeEnd: Buffer.from("hidden") }),
    ],
    [
      "zip_hidden_data",
      "data of the length of a ZIP64 end",
      () => base.repacked(() => undefined, { beforeEnd: Buffer.alloc(76, "hidden") }),
    ],
    ["manifest_missing", "no manifest", () => base.repacked((list) => void list.shift())],
    ["manifest_missing", "an archive of nothing", () => rawZip([])],
    [
      "entry_unlisted",
      "a file that is not listed",
      beside({ name: `media/${"0".repeat(64)}/x`, data: Buffer.from("x") }),
    ],
    [
      "entry_unlisted",
      "a page to read it with that is not listed",
      beside({ name: "viewer.html", data: Buffer.from("hi") }),
    ],
    [
      "viewer_mismatch",
      "a listed page that is missing",
      () => base.withManifest(JSON.stringify({ viewer: VIEWER, ...base.manifest() })),
    ],
    [
      "viewer_mismatch",
      "a page that is missing, listed after the events",
      () => base.withManifest(JSON.stringify({ ...base.manifest(), viewer: VIEWER })),
    ],
    [
      "viewer_mismatch",
      "another page than the one that is listed",
      () =>
        base.repacked((list) => {
          manifest(list).data = Buffer.from(JSON.stringify({ viewer: VIEWER, ...base.manifest() }));
          list.push({ name: "viewer.html", data: Buffer.from("hi") });
        }),
    ],
    ["media_missing", "a listed file that is missing", () => base.repacked((list) => void list.pop())],
    ["media_missing", "a file in the folder of another", named((old) => old.replace(/[0-9a-f]{64}/, "0".repeat(64)))],
    [
      "media_size",
      "a file longer than listed",
      media_((entry) => (entry.data = Buffer.concat([entry.data, Buffer.from("!")]))),
    ],
    [
      "media_hash",
      "another file of the same length",
      media_((entry) => (entry.data = Buffer.from("a picturE of a cup"))),
    ],
  ];
  return [
    ...unreadable.map(([what, make]): Hostile => ({ code: "zip_unreadable", what, make })),
    ...names.map(([what, make]): Hostile => ({ code: "entry_name", what, make })),
    ...others.map(([code, what, make]): Hostile => ({ code, what, make })),
  ];
}

/** Gives an entry a data descriptor, right but where it is said otherwise. */
export function described(wrong: {
  descriptor?: Buffer;
  from?: number;
  long?: boolean;
  wrongAt?: number;
  flags?: number;
  localCrc?: number;
  localSize?: number;
  localExtra?: Buffer;
}): (entry: RawEntry) => void {
  return (entry) => {
    const { descriptor = rawDescriptor(entry.data, wrong.long), from = 0, wrongAt, flags = 8, ...more } = wrong;
    const bytes = Buffer.from(descriptor.subarray(from));
    if (wrongAt !== undefined) bytes.writeUInt8((bytes.readUInt8(wrongAt) + 1) & 0xff, wrongAt);
    Object.assign(entry, {
      method: 8,
      flags,
      localFlags: 0x808,
      localCrc: 0,
      localSize: 0,
      ...more,
      descriptor: bytes,
    });
  };
}

/** Without the flag that says that names are UTF-8, everywhere. */
function unflagged(zip: Buffer): Buffer {
  for (const [mark, place] of [
    ["PK\x03\x04", 6],
    ["PK\x01\x02", 8],
  ] as const)
    for (let at = zip.indexOf(mark, 0, "latin1"); at >= 0; at = zip.indexOf(mark, at + 4, "latin1"))
      zip.writeUInt16LE(zip.readUInt16LE(at + place) & ~0x800, at + place);
  return zip;
}

function resize(entry: RawEntry, by: number): void {
  entry.size = entry.data.length + by;
}

function many(entries: RawEntry[], count: number, more: Partial<RawEntry>): void {
  for (let number = 0; number < count; number++)
    entries.push({ name: `media/${number.toString(16).padStart(64, "0")}/x`, data: Buffer.alloc(0), ...more });
}

function unicodePath(name: string): Buffer {
  const extra = Buffer.concat([Buffer.alloc(9), Buffer.from(name)]);
  extra.writeUInt16LE(0x7075, 0);
  extra.writeUInt16LE(extra.length - 4, 2);
  extra.writeUInt8(1, 4);
  return extra;
}

/** The sample with the end that ZIP64 has, wrong where asked for. */
export function zip64End(
  base: Base,
  wrong: { count?: number; at?: number; disk?: number; plain?: number } = {},
): Buffer {
  const zip = base.repacked(() => undefined);
  const end = zip.length - 22;
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt32LE(wrong.disk ?? 0, 16);
  record.writeBigUInt64LE(BigInt(wrong.count ?? zip.readUInt16LE(end + 10)), 24);
  record.writeBigUInt64LE(BigInt(wrong.count ?? zip.readUInt16LE(end + 10)), 32);
  record.writeBigUInt64LE(BigInt(zip.readUInt32LE(end + 12)), 40);
  record.writeBigUInt64LE(BigInt(zip.readUInt32LE(end + 16)), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(wrong.at ?? end), 8);
  locator.writeUInt32LE(1, 16);
  if (wrong.plain !== undefined) zip.writeUInt32LE(wrong.plain, end + 16);
  return Buffer.concat([zip.subarray(0, end), record, locator, zip.subarray(end)]);
}

/** A name in ASCII. */
export function shown(name: string): string {
  return JSON.stringify(name).replaceAll(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
