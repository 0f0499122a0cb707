import { getHeapStatistics } from "node:v8";
import { expect } from "chai";
import { collectingSpent } from "../../../src/requests/spent-memory.ts";

const MB = 1024 * 1024;

describe("what is done with memory that was needed for a while", () => {
  const inUse = (): number => getHeapStatistics().used_heap_size;

  /** Keeps some 40 MB until it ends. */
  function much(): number {
    const held = Array.from({ length: 500_000 }, (_, number) => ({ number, also: [number] }));
    return held.length;
  }

  it("is given back at once, and the result is kept", async () => {
    const before = inUse();
    expect(await collectingSpent(() => Promise.resolve(much()))).to.equal(500_000);
    expect(inUse() - before).to.be.below(8 * MB);
  });

  it("is given back after a failure, too", async () => {
    const before = inUse();
    const failing = collectingSpent(() => Promise.reject(new Error(`after ${String(much())}`)));
    expect(await failing.catch((error: unknown) => String(error))).to.equal("Error: after 500000");
    expect(inUse() - before).to.be.below(8 * MB);
  });
});
