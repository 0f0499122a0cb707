import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect } from "chai";
import { Downloads, FIRST_BYTE_MS } from "../../../src/bot/downloads.ts";
import type { MediaSource } from "../../../src/ports/homeserver/homeserver.ts";
import type { Timer } from "../../../src/ports/timer.ts";
import { RequestError } from "../../../src/requests/failures/failure.ts";
import { AMPLE } from "../../support/fakes/ample-space.ts";
import { VirtualTime } from "../../support/fakes/virtual-time.ts";
import { turn, untilAborted } from "../../support/until.ts";

describe("a file that the bot fetches", () => {
  let folder: string;
  let timer: VirtualTime;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "downloads-"));
    timer = new VirtualTime();
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Time that goes by only where the test lets it. */
  const still: Timer = {
    monotonic: () => timer.monotonic(),
    async sleep(_milliseconds, ended) {
      await turn();
      ended?.throwIfAborted();
    },
  };

  async function failure(download: MediaSource["download"], watch: Timer): Promise<string> {
    const { signal } = new AbortController();
    const downloads = new Downloads({ media: { download }, folder, space: AMPLE, largest: 1e9, signal, timer: watch });
    const error: unknown = await downloads.fetch("mxc://x/y").catch((thrown: unknown) => thrown);
    if (!(error instanceof RequestError)) throw new Error("no RequestError");
    expect(await readdir(folder)).to.deep.equal([]);
    return error.message;
  }

  it("is given up where nothing of it comes", async () => {
    const told = await failure((_uri, signal) => untilAborted(Promise.resolve(), signal), timer);
    expect(told).to.match(/sent nothing of that file within 60 seconds/);
    expect(timer.monotonic()).to.equal(FIRST_BYTE_MS);
  });

  it("is given up where it comes drop by drop", async () => {
    async function* drops(): AsyncGenerator<Buffer> {
      for (;;) {
        await turn();
        yield Buffer.alloc(1);
        timer.pass(1000);
      }
    }
    const told = await failure(async () => ({ body: Readable.from(drops()), mimetype: "application/zip" }), still);
    expect(told).to.match(/^That file comes too slowly: I gave up after \d+ bytes/);
    expect(timer.monotonic()).to.be.within(60_000, 90_000);
  });

  it("has more time the more of it has come", async () => {
    const chunk = Buffer.alloc(1024 * 1024);
    async function* steady(): AsyncGenerator<Buffer> {
      for (let i = 0; i < 100; i++) {
        timer.pass(1000);
        await turn();
        yield chunk;
      }
    }
    const { signal } = new AbortController();
    const media = { download: async () => ({ body: Readable.from(steady()), mimetype: "application/zip" }) };
    const downloads = new Downloads({ media, folder, space: AMPLE, largest: 1e9, signal, timer: still });
    await using file = await downloads.fetch("mxc://x/y");
    expect(file.path).to.include(folder);
    expect(timer.monotonic()).to.equal(100_000);
  });
});
