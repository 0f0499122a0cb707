import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { getHeapStatistics } from "node:v8";
import { expect } from "chai";
import { requireGoodBundle } from "../../../src/imports/bundle-intake.ts";
import { requireGoodCollection } from "../../../src/imports/space/collection-intake.ts";
import { RequestError } from "../../../src/requests/failures/failure.ts";
import { hostileBundles } from "../../support/hostile/bundles.ts";
import { sampleRoom, temporaryDirectory } from "../bundle/sample.ts";
import { writeSampleCollection } from "../collections/sample-collection.ts";

const MB = 1024 * 1024;

describe("a heavy manifest that came for an import", function () {
  this.timeout(120_000);
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  before(async () => (folder = await temporaryDirectory()));
  after(() => folder.remove());

  const inUse = (): number => getHeapStatistics().used_heap_size;

  it("leaves nothing in memory where it is refused", async () => {
    const file = join(folder.path, "heavy.zip");
    const heavy = (await hostileBundles()).find(({ what }) => what === "half a million people who never said anything");
    if (!heavy) throw new Error("there is no such bundle");
    await writeFile(file, await heavy.make());
    const refused = async (): Promise<string[]> => {
      const error = await requireGoodBundle(file, async () => []).catch((reason: unknown) => reason);
      if (!(error instanceof RequestError)) throw error;
      return error.reasons.map(({ code }) => code);
    };
    // the first brings code along, which stays
    await refused();
    const before = inUse();
    expect(await refused()).to.deep.equal(["manifest_too_large"]);
    expect(inUse() - before).to.be.below(8 * MB);
  });

  it("leaves nothing in memory where it is good, and one of a collection", async () => {
    const room = sampleRoom();
    const entry = { code: "encrypted", message: "one of very many" };
    room.head = (head) => {
      head.ledger.push(...Array.from({ length: 100_000 }, () => ({ ...entry })));
      head.counts.ledger = head.ledger.length;
    };
    const file = await writeSampleCollection(folder.path, "heavy-rooms.zip", { rooms: [{ room, more: {} }] });
    const good = async (): Promise<number> => (await requireGoodCollection(file, async () => [], false)).rooms.length;
    await good();
    const before = inUse();
    expect(await good()).to.equal(1);
    expect(inUse() - before).to.be.below(8 * MB);
  });
});
