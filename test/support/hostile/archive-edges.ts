import { deflatedRepeat, type RawEntry } from "../../unit/bundle/raw-zip.ts";
import { zip64End } from "./archives.ts";
import type { Base, Hostile } from "./base.ts";

const MIB = 1024 * 1024;
const ALL_ONES = 0xffffffff;
const END_BYTES = 22;
/** From its end: the ZIP64 locator and record before the end record. */
const LOCATOR_BYTES = 20;
const RECORD_BYTES = 56;

/** Archives that other programs read in more ways than one: where they end, on which disk, and what extra fields say. */
export function hostileArchiveEdges(base: Base): Hostile[] {
  const cases: [Hostile["code"], string, () => Buffer][] = [
    ["zip_hidden_data", "a ZIP64 end record with data of its own", () => extensible(base)],
    ["manifest_missing", "a comment that ends with the end of an empty archive", () => commented(base, anEnd(0))],
    ["zip_unreadable", "an end on a second disk", () => patched(base.good, -END_BYTES + 4)],
    ["zip_unreadable", "a directory on a second disk", () => patched(base.good, -END_BYTES + 6)],
    ["zip_unreadable", "a ZIP64 directory on a second disk", () => zip64(base, -LOCATOR_BYTES - RECORD_BYTES + 20)],
    ["zip_unreadable", "a ZIP64 end on a second disk", () => zip64(base, -LOCATOR_BYTES + 4)],
    ["zip_unreadable", "a ZIP64 archive of two disks", () => zip64(base, -LOCATOR_BYTES + 16)],
    ["zip_unreadable", "an entry on a second disk", () => patched(base.good, base.good.indexOf("PK\x01\x02") + 34)],
    ["zip_unreadable", "an extra field beyond the others", () => extra(base, { extra: field(0x9999, 0, 99) })],
    [
      "entry_header",
      "a ZIP64 field with a size that the header has itself",
      () => oneSize(base, 22, ["packed", "size"]),
    ],
    ["zip_bomb", "more than 256 MiB and 100 times the archive", () => zeros(base, 320, 0)],
  ];
  return cases.map(([code, what, make]) => ({ code, what, make }));
}

/** The same, as they have to be read: nothing is wrong in them. */
export function soundArchiveEdges(base: Base): { what: string; make: () => Buffer }[] {
  const comment = (text: string) => (): Buffer => commented(base, Buffer.from(text, "latin1"));
  const named = (name: string) => (): Buffer =>
    base.repacked(([, media]) => media && (media.name = String(media.name).replace("cup.png", name)));
  const cases: [string, () => Buffer][] = [
    ["a comment that begins like an end record", comment(`PK\x05\x06${"x".repeat(40)}`)],
    ["a comment with an end record that ends before the file does", () => commented(base, anEnd(0), Buffer.from("xx"))],
    ["a comment that ends like an end record begins", comment("see PK\x05\x06")],
    ["a comment that ends with a ZIP64 locator", comment(`PK\x06\x07${"x".repeat(16)}`)],
    ["permissions without a type", () => base.repacked((list) => list.forEach((entry) => (entry.mode = 0o600)))],
    ["three bytes behind the extra fields", () => extra(base, both(Buffer.alloc(3, "x")))],
    ["an extra field that nobody knows", () => extra(base, both(field(0x9999, 4)))],
    ["a ZIP64 field that no size needs, of wrong sizes", () => extra(base, both(field(1, 16)))],
    ["a ZIP64 field of the unpacked size only", () => oneSize(base, 22, ["size"])],
    ["a ZIP64 field of the packed size only", () => oneSize(base, 18, ["packed"])],
    ["257 MiB in an archive of 300 KB", () => zeros(base, 257)],
    ["a name in Unicode's other form", named("cu\u0301p.png")],
    ["a name in a form that only a late Unicode knows", named("\u{105d2}\u0307.png")],
    ["a name with another i than a reserved one", named("con\u0131n$")],
  ];
  return cases.map(([what, make]) => ({ what, make }));
}

function commented(base: Base, ...comment: Buffer[]): Buffer {
  return base.repacked(() => undefined, { comment: Buffer.concat([Buffer.from("hi"), ...comment]) });
}

/** An end record of no entries, before a comment of two bytes where it is not the last. */
function anEnd(comment: number): Buffer {
  const end = Buffer.alloc(END_BYTES);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(comment, 20);
  return end;
}

/** With one byte changed. `at`: from the end where it is negative */
function patched(zip: Buffer, at: number): Buffer {
  const bytes = Buffer.from(zip);
  const place = at < 0 ? bytes.length + at : at;
  bytes.writeUInt8(bytes.readUInt8(place) + 1, place);
  return bytes;
}

function zip64(base: Base, at: number): Buffer {
  return patched(zip64End(base), at - END_BYTES);
}

function extensible(base: Base): Buffer {
  const zip = zip64End(base);
  const record = zip.length - END_BYTES - LOCATOR_BYTES - RECORD_BYTES;
  const sector = field(1, 4);
  zip.writeBigUInt64LE(BigInt(RECORD_BYTES - 12 + sector.length), record + 4);
  const behind = record + RECORD_BYTES;
  return Buffer.concat([zip.subarray(0, behind), sector, zip.subarray(behind)]);
}

function extra(base: Base, more: Partial<RawEntry>): Buffer {
  return base.repacked(([, media]) => media && Object.assign(media, more));
}

function both(bytes: Buffer): Partial<RawEntry> {
  return { extra: bytes, localExtra: bytes };
}

function field(id: number, bytes: number, told = bytes): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(told, 2);
  return Buffer.concat([head, Buffer.alloc(bytes, "x")]);
}

/** One size (at this place of the manifest's own header) is in its ZIP64 field, which holds these. */
function oneSize(base: Base, at: number, names: ("packed" | "size")[]): Buffer {
  const sizes = { packed: base.good.readUInt32LE(18), size: 0 };
  const zip = base.repacked((list) => {
    const [manifest] = list as [RawEntry];
    sizes.size = manifest.data.length;
    manifest.localExtra = field(1, 8 * names.length);
  });
  sizes.packed = zip.readUInt32LE(18);
  const start = 30 + zip.readUInt16LE(26) + 4;
  for (const [index, name] of names.entries()) zip.writeBigUInt64LE(BigInt(sizes[name]), start + 8 * index);
  zip.writeUInt32LE(ALL_ONES, at);
  return zip;
}

/** SHA-256 and CRC-32 of 257 MiB of zeros. */
const ZEROS = { sha256: "053eadfdec682cf16f3f8704c7609c57868dd75765e08dc5a7491f5d06bcb74d", crc: 0xc43bd235 };

/** With a file of so many MiB of zeros; `crc`: where it is never unpacked */
function zeros(base: Base, mebibytes: number, crc = ZEROS.crc): Buffer {
  const size = mebibytes * MIB;
  const manifest = base.manifest();
  const counts = manifest["counts"] as { media_files: number; media_bytes: number };
  counts.media_files++;
  counts.media_bytes += size;
  const listed = { size, mimetype: "application/octet-stream", names: [], uris: ["mxc://acme.test/zeros"] };
  manifest["media"] = { ...(manifest["media"] as object), [ZEROS.sha256]: listed };
  const name = `media/${ZEROS.sha256}/zeros`;
  return base.repacked((list) => {
    (list[0] as RawEntry).data = Buffer.from(JSON.stringify(manifest));
    list.push({ name, data: Buffer.alloc(0), packed: deflatedRepeat(Buffer.alloc(MIB), mebibytes), size, crc });
  });
}
