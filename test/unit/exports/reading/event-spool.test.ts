import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { EventSpool, type SpooledLines } from "../../../../src/exports/reading/event-spool.ts";

describe("the spool of an export's events", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomporter-events-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Takes so many lines, a run after each `every`; gives what is read back, oldest first. */
  async function through(spool: EventSpool, lines: string[], every: number): Promise<string[]> {
    const runs: SpooledLines[] = [];
    for (const [index, line] of lines.entries()) {
      spool.add(line);
      if (index % every !== every - 1 && index !== lines.length - 1) continue;
      const run = await spool.flush();
      if (run) runs.unshift(run);
    }
    const read: string[] = [];
    for await (const piece of spool.read(runs)) read.push(piece.toString());
    return read.join("").split(/(?<=\n)/);
  }

  const linesOf = (count: number, length: number): string[] =>
    Array.from({ length: count }, (_, n) => `${String(n)} ü ${"x".repeat(length)}\n`);

  it("keeps a small room in memory", async () => {
    const spool = new EventSpool(join(folder, "room"));
    const lines = linesOf(200, 1000);
    expect(await through(spool, lines, 7)).to.deep.equal(lines.toReversed());
    expect(await readdir(folder)).to.deep.equal([]);
    expect(await spool.flush()).to.equal(undefined);
    await spool.dispose();
  });

  for (const [every, length] of [
    [1, 1000],
    [7, 1000],
    [300, 1000],
    [10_000, 1000],
    [3, 100_000],
  ] as const)
    it(`keeps a large one on disk, in runs of ${every} lines of ${length} bytes`, async () => {
      const spool = new EventSpool(join(folder, "room"));
      const lines = linesOf(length > 1000 ? 20 : 1000, length);
      expect(await through(spool, lines, every)).to.deep.equal(lines.toReversed());
      expect(await readdir(join(folder, "room"))).to.have.length(1);
      await spool.dispose();
      expect(await readdir(join(folder, "room"))).to.deep.equal([]);
    });
});
