import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { crc32 as nodeCrc32, inflateRawSync } from "node:zlib";
import { expect } from "chai";
import { fileCipher as nodeCipher } from "../../../../src/decrypt/file-cipher.ts";
import { BlobScratch } from "../../../../web/decrypt/blob-scratch.ts";
import { crc32, deflated } from "../../../../web/decrypt/browser/deflate.ts";
import { fileCipher } from "../../../../web/decrypt/browser/file-cipher.ts";
import { createHash as browserHash } from "../../../../web/decrypt/browser/node-crypto.ts";
import { asBuffer, Buffer as BrowserBuffer } from "../../../../web/imports/reader/node-buffer.ts";

const SIZES = [0, 1, 15, 16, 17, 4096, 100_000];

/** In pieces whose lengths fit no block. */
function* piecesOf(bytes: Buffer): Generator<Buffer, void, undefined> {
  for (let at = 0, length = 1; at < bytes.length; [at, length] = [at + length, (length * 7 + 3) % 5000]) {
    yield asBuffer(new Uint8Array(bytes.subarray(at, at + length)));
  }
}

describe("what takes the place of Node's modules on the web page", () => {
  for (const size of SIZES)
    it(`does the same with ${size} bytes: hashes, checksums, packing, decrypting, keeping`, async () => {
      const bytes = randomBytes(size);
      const hash = browserHash("sha256");
      let sum = 0;
      for (const piece of piecesOf(bytes)) {
        hash.update(piece);
        sum = crc32(piece, sum);
      }
      expect(hash.digest("hex")).to.equal(createHash("sha256").update(bytes).digest("hex"));
      expect(sum).to.equal(nodeCrc32(bytes));
      const packed = await buffer(deflated(Readable.from(piecesOf(bytes))));
      expect(inflateRawSync(packed).equals(bytes)).to.equal(true);

      const key = randomBytes(32);
      // counts over into the bytes before it
      const iv = Buffer.concat([randomBytes(8), Buffer.alloc(8, 0xff)]);
      const sealed = createCipheriv("aes-256-ctr", key, iv).update(bytes);
      for (const cipher of [fileCipher(key, iv), nodeCipher(key, iv)]) {
        const plain: Buffer[] = [];
        for (const piece of piecesOf(sealed)) plain.push(Buffer.from(await cipher.decrypt(piece)));
        expect(Buffer.concat(plain).equals(bytes)).to.equal(true);
      }

      const scratch = new BlobScratch();
      for (const piece of piecesOf(bytes)) await scratch.append(piece);
      await scratch.append(asBuffer(new Uint8Array([1, 2, 3])));
      await scratch.cutTo(size);
      await scratch.append(asBuffer(new Uint8Array([4])));
      expect(scratch.size).to.equal(size + 1);
      expect(Buffer.from(await scratch.blob().arrayBuffer())).to.deep.equal(Buffer.concat([bytes, Buffer.of(4)]));
      const part = await buffer(await scratch.read(Math.floor(size / 3), size));
      expect(part.equals(bytes.subarray(Math.floor(size / 3)))).to.equal(true);
    });

  it("ends packing with the error of what it reads", async () => {
    const failing = async function* (): AsyncGenerator<Buffer> {
      yield asBuffer(new Uint8Array(10));
      throw new Error("cut");
    };
    const failure: unknown = await buffer(deflated(failing())).catch((error: unknown) => error);
    expect(failure).to.have.property("message", "cut");
  });

  it("reads and writes as Node's Buffer does", () => {
    for (const text of ["", "YQ", "YQ==", "YWI", "YWJj", "-_-_", "+/+/", "YW Jj\n", "YQ==YQ==", "Y"])
      expect([...BrowserBuffer.from(text, "base64")], text).to.deep.equal([...Buffer.from(text, "base64")]);
    for (const text of ["", "é ÿ", "🍵"])
      for (const encoding of ["utf8", "latin1"] as const)
        expect([...BrowserBuffer.from(text, encoding)], text).to.deep.equal([...Buffer.from(text, encoding)]);
    const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
    const [mine, nodes] = [BrowserBuffer.from(bytes), Buffer.from(bytes)];
    for (const encoding of ["base64", "latin1", "utf8"] as const)
      expect(mine.toString(encoding)).to.equal(nodes.toString(encoding));
    expect([mine.readUInt32BE(5), mine.readUInt32LE(5)]).to.deep.equal([nodes.readUInt32BE(5), nodes.readUInt32LE(5)]);
    for (const buffer of [mine, nodes]) {
      buffer.writeUInt16LE(0xfedc, 1);
      buffer.writeUInt32LE(0xfedcba98, 4);
      buffer.writeBigUInt64LE(0xfedcba9876543210n, 9);
      buffer.write("PK\x03\x04", "latin1");
      expect(buffer.copy(buffer.subarray(200), 50, 3, 30)).to.equal(6);
    }
    expect([...mine]).to.deep.equal([...nodes]);
    expect(mine.equals(nodes)).to.equal(true);
    expect(mine.equals(nodes.subarray(1))).to.equal(false);
  });
});
