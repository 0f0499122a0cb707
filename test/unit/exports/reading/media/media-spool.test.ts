import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect } from "chai";
import { MediaSpool } from "../../../../../src/exports/reading/media/media-spool.ts";

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
      const spool = new MediaSpool(folder, new AbortController().signal);
      for (const chunk of [65_536, 999])
        expect(await spool.take(stream(chunksOf(bytes, chunk)))).to.deep.equal({
          ...{ sha256, file: join(folder, sha256), size },
        });
      expect(await readdir(folder)).to.deep.equal([sha256]);
      expect((await readFile(join(folder, sha256))).equals(bytes)).to.equal(true);
    });

  it("leaves nothing that looks like a whole file where the stream breaks off, and ends the stream where the disk is away", async () => {
    const spool = new MediaSpool(folder, new AbortController().signal);
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
    const away = new MediaSpool(join(folder, "away"), new AbortController().signal);
    const failure: unknown = await away.take(endless()).catch((error: unknown) => error);
    expect(failure).to.include({ code: "ENOENT" });
    expect(ended).to.equal(true);
  });
});
