import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { expect } from "chai";
import { Archive } from "../../../../src/bundle/archive/archive.ts";
import { bundleEntries, bundleLayout } from "../../../../src/bundle/archive/bundle-layout.ts";
import type { FaultCode } from "../../../../src/bundle/faults.ts";
import { verifyBundle } from "../../../../src/bundle/verify/verify.ts";
import { rawDescriptor, rawEntries, rawZip } from "../raw-zip.ts";
import { sampleRoom, temporaryDirectory, writeSample } from "../sample.ts";

const END = 22;
const RECORD = 56;
const NAME_IS_UTF8 = 0x800;

describe("the archive of a bundle", () => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let plain: Buffer;
  before(async () => {
    folder = await temporaryDirectory();
    plain = rawZip(rawEntries(await readFile(await writeSample(sampleRoom(), folder.path, "good.zip"))));
  });
  after(() => folder.remove());

  async function codes(zip: Buffer): Promise<FaultCode[]> {
    const file = join(folder.path, "tried.zip");
    await writeFile(file, zip);
    return (await verifyBundle(file)).faults.map(({ code }) => code);
  }

  /** The directory's records; `end`: what stands behind them. */
  function parts(zip: Buffer): { files: Buffer; records: Buffer[]; end: Buffer } {
    const start = zip.readUInt32LE(zip.length - END + 16);
    const records: Buffer[] = [];
    let at = start;
    while (zip.readUInt32LE(at) === 0x02014b50) {
      const length = 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
      records.push(Buffer.from(zip.subarray(at, at + length)));
      at += length;
    }
    return { files: Buffer.from(zip.subarray(0, start)), records, end: Buffer.from(zip.subarray(at)) };
  }

  it("may list its files in any order", async () => {
    const { files, records, end } = parts(plain);
    expect(records.length).to.be.above(1);
    expect(await codes(Buffer.concat([files, ...records.reverse(), end]))).to.deep.equal([]);
  });

  for (const method of ["deflated", "stored"])
    it(`takes back the memory of what it has lent once the next is asked for, and of nothing else (${method})`, async () => {
      const file = join(folder.path, "long.zip");
      const [manifest] = rawEntries(plain);
      if (!manifest) throw new Error("no manifest");
      const data = Buffer.alloc(3_000_000, "a long manifest, ");
      const packed = method === "deflated" ? { packed: deflateRawSync(data) } : {};
      await writeFile(file, rawZip([{ ...manifest, data, ...packed }]));
      const archive = await Archive.open(file, bundleLayout);
      const { manifest: entry } = bundleEntries(archive.directory);
      if (!entry) throw new Error("no entry");
      const held: Buffer[] = [];
      for await (const chunk of archive.read(entry)) held.push(chunk);
      expect(Buffer.concat(held).equals(data)).to.equal(true);

      const hash = createHash("sha256");
      const lent: Buffer[] = [];
      for await (const chunk of archive.read(entry, "lent")) {
        hash.update(chunk);
        lent.push(chunk);
      }
      expect(hash.digest("hex")).to.equal(createHash("sha256").update(data).digest("hex"));
      const memory = new Set(lent.filter(({ length }) => length > 0).map(({ buffer }) => buffer));
      expect(memory.size).to.be.at.most(1);
      await archive.close();
    });

  it("may be of a tool that knows no kinds of files, and names that are ASCII need no flag", async () => {
    const { files, records, end } = parts(plain);
    for (const record of records) {
      const header = record.readUInt32LE(42);
      record.writeUInt32LE(0, 38);
      for (const [bytes, at] of [[record, 8] as const, [files, header + 6] as const])
        bytes.writeUInt16LE(bytes.readUInt16LE(at) & ~NAME_IS_UTF8, at);
    }
    expect(await codes(Buffer.concat([files, ...records, end]))).to.deep.equal([]);
  });

  describe("with an entry whose own header leaves its sizes to ZIP64", () => {
    const TIME = Buffer.from([0x55, 0x54, 5, 0, 1, 0, 0, 0, 0]);
    /** The field of a header, with these numbers of 64 bits. */
    function field(...numbers: number[]): Buffer {
      const bytes = Buffer.alloc(4 + 8 * numbers.length);
      bytes.writeUInt16LE(1, 0);
      bytes.writeUInt16LE(8 * numbers.length, 2);
      for (const [index, number] of numbers.entries()) bytes.writeBigUInt64LE(BigInt(number), 4 + 8 * index);
      return bytes;
    }
    function tried(extra: (size: number, packedSize: number) => Buffer): Promise<FaultCode[]> {
      const [manifest, ...others] = rawEntries(plain);
      if (!manifest) throw new Error("no manifest");
      const packed = deflateRawSync(manifest.data);
      const localExtra = extra(manifest.data.length, packed.length);
      return codes(rawZip([{ ...manifest, packed, localSize: 0xffffffff, localExtra }, ...others]));
    }

    it("is taken where they are the directory's, whatever other field stands before them", async () => {
      expect(await tried((size, packed) => field(size, packed))).to.deep.equal([]);
      expect(await tried((size, packed) => Buffer.concat([TIME, field(size, packed)]))).to.deep.equal([]);
    });

    it("is refused where they are others, or not all there", async () => {
      expect(await tried((size, packed) => field(size + 1, packed))).to.deep.equal(["entry_header"]);
      expect(await tried((size, packed) => field(size, packed + 1))).to.deep.equal(["entry_header"]);
      expect(await tried((size) => field(size))).to.deep.equal(["entry_header"]);
      expect(await tried(() => field())).to.deep.equal(["entry_header"]);
      expect(await tried(() => TIME)).to.deep.equal(["entry_header"]);
    });

    it("that has a data descriptor may have other fields", async () => {
      const [manifest, ...others] = rawEntries(plain);
      if (!manifest) throw new Error("no manifest");
      const streamed = { ...manifest, flags: 8, localExtra: TIME, descriptor: rawDescriptor(manifest.data) };
      expect(await codes(rawZip([streamed, ...others]))).to.deep.equal([]);
    });
  });

  describe("with an end in ZIP64", () => {
    /** @param change of the record, of the locator behind it and of the end */
    function withZip64(change: (zip64: Buffer, end: Buffer) => void = () => undefined): Buffer {
      const { files, records, end } = parts(plain);
      const directory = Buffer.concat(records);
      const zip64 = Buffer.alloc(RECORD + 20);
      zip64.writeUInt32LE(0x06064b50, 0);
      zip64.writeBigUInt64LE(44n, 4);
      const numbers = [records.length, records.length, directory.length, files.length];
      for (const [index, number] of numbers.entries()) zip64.writeBigUInt64LE(BigInt(number), 24 + 8 * index);
      zip64.writeUInt32LE(0x07064b50, RECORD);
      zip64.writeBigUInt64LE(BigInt(files.length + directory.length), RECORD + 8);
      zip64.writeUInt32LE(1, RECORD + 16);
      change(zip64, end);
      return Buffer.concat([files, directory, zip64, end]);
    }

    it("is taken, whether its short numbers say the same or leave it to the long ones", async () => {
      expect(await codes(withZip64())).to.deep.equal([]);
      expect(await codes(withZip64((_, end) => end.fill(0xff, 8, 20)))).to.deep.equal([]);
      expect(await codes(withZip64((_, end) => end.fill(0xff, 16, 20)))).to.deep.equal([]);
    });

    it("is refused where something else stands in place of the record or of its locator", async () => {
      // yauzl finds the first and the last of them, and goes no further
      const wrong = {
        0: "zip_unreadable",
        4: "zip_hidden_data",
        [RECORD]: "zip_hidden_data",
        [RECORD + 8]: "zip_unreadable",
      };
      for (const [place, code] of Object.entries(wrong)) {
        const at = Number(place);
        const zip = withZip64((zip64) => zip64.writeUInt8((zip64[at] ?? 0) ^ 1, at));
        expect(await codes(zip), place).to.deep.equal([code]);
      }
    });

    it("is refused where one of its numbers, long or short, is another", async () => {
      for (const at of [24, 32, 40, 48])
        expect(await codes(withZip64((zip64) => zip64.writeUInt8((zip64[at] ?? 0) ^ 1, at))), String(at)).to.deep.equal(
          ["zip_unreadable"],
        );
      expect(await codes(withZip64((_, end) => end.writeUInt8((end[8] ?? 0) ^ 1, 8)))).to.deep.equal([
        "zip_unreadable",
      ]);
    });

    it("may not leave a short number to long ones that are not there", async () => {
      const { files, records, end } = parts(plain);
      end.writeUInt16LE(0xffff, 8);
      expect(await codes(Buffer.concat([files, ...records, end]))).to.deep.equal(["zip_unreadable"]);
    });
  });
});
