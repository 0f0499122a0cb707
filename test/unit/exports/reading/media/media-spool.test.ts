import { createHash, hash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { expect } from "chai";
import { MediaSpool, type SpooledFile } from "../../../../../src/exports/reading/media/media-spool.ts";

describe("the spool of an export's files", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomporter-spool-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const chunksOf = (bytes: Buffer, size: number): Buffer[] =>
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size));
  const stream = (chunks: Buffer[]): AsyncIterable<Buffer> => Readable.from(chunks, { objectMode: true });

  for (const size of [0, 1, 100_000, 1024 * 1024, 1024 * 1024 + 1, 3_000_000])
    it(`keeps a file of ${size} bytes under its hash, once`, async () => {
      const bytes = Buffer.alloc(size, "many bytes");
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const spool = new MediaSpool(folder, new AbortController().signal, false);
      for (const chunk of [65_536, 999])
        expect(await spool.take(stream(chunksOf(bytes, chunk)))).to.deep.equal({
          ...{ sha256, file: join(folder, sha256), size, crc32: crc32(bytes) },
        });
      expect(await readdir(folder)).to.deep.equal([sha256]);
      expect((await readFile(join(folder, sha256))).equals(bytes)).to.equal(true);
    });

  it("keeps small files together, the first of them in memory, each once", async () => {
    const spool = new MediaSpool(folder, new AbortController().signal, true);
    const files = Array.from({ length: 12 }, (_, n) => Buffer.alloc(40_000 + n, `file ${n}`));
    for (const [n, bytes] of files.entries()) {
      const take = (): Promise<SpooledFile> =>
        n % 2 === 0 ? spool.takeWhole(bytes) : spool.take(stream(chunksOf(bytes, 999)));
      const [first, second] = await Promise.all([take(), take()]);
      expect(first).to.include({ size: bytes.length, crc32: crc32(bytes), sha256: hash("sha256", bytes) });
      expect(second.file).to.equal(first.file);
      expect(await readdir(folder)).to.have.length(n < 6 ? 0 : 1);
      if (typeof first.file === "string") throw new Error("a file of its own");
      expect((await first.file.read()).equals(bytes)).to.equal(true);
    }
    const [together] = await readdir(folder);
    const stored = files.slice(6).reduce((sum, { length }) => sum + length, 0);
    expect((await stat(join(folder, together ?? ""))).size).to.equal(stored);
    await spool.close();
  });

  it("leaves nothing that looks like a whole file where the stream breaks off, and ends the stream where the disk is away", async () => {
    const spool = new MediaSpool(folder, new AbortController().signal, false);
    for (const size of [1000, 2_000_000]) {
      const broken = async function* (): AsyncGenerator<Buffer> {
        yield* chunksOf(Buffer.alloc(size), 65_536);
        throw new Error("broken off");
      };
      const failure: unknown = await spool.take(broken()).catch((error: unknown) => error);
      expect(failure).to.include({ message: "broken off" });
      expect((await readdir(folder)).filter((name) => /^[0-9a-f]{64}$/.test(name))).to.deep.equal([]);
    }
    let ended = false;
    const endless = async function* (): AsyncGenerator<Buffer> {
      try {
        for (;;) yield Buffer.alloc(65_536);
      } finally {
        ended = true;
      }
    };
    await writeFile(join(folder, "away"), "no folder");
    const away = new MediaSpool(join(folder, "away"), new AbortController().signal, false);
    const failure: unknown = await away.take(endless()).catch((error: unknown) => error);
    expect(failure).to.include({ code: "EEXIST" });
    expect(ended).to.equal(true);
  });
});
