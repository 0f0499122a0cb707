import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** So many bytes more in use than before are worth a collection, which takes some 50 ms. */
const MUCH = 8 * 1024 * 1024;

/** What V8 gives where its flag is set: https://nodejs.org/docs/latest/api/cli.html#--expose-gc */
type Collect = (options: { type: "major"; execution: "async" }) => Promise<void>;

let collect: Collect | undefined;
let collecting: Promise<void> | undefined;

/**
 * Does what may need much memory for a while, and has it collected afterwards where it did. V8 lets the heap grow by a share of what was
 * in use when it last looked. If that was in the middle of a large bundle, the next one comes on top of what is done with.
 * @throws what `work` throws
 */
export async function collectingSpent<T>(work: () => Promise<T>): Promise<T> {
  const before = inUse();
  try {
    return await work();
  } finally {
    if (inUse() - before > MUCH) await (collecting ??= collected());
  }
}

function inUse(): number {
  return getHeapStatistics().used_heap_size;
}

async function collected(): Promise<void> {
  try {
    await (collect ??= exposed())({ type: "major", execution: "async" });
  } finally {
    collecting = undefined;
  }
}

/** Contexts that are made after the flag was set have it. */
function exposed(): Collect {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as Collect;
}
