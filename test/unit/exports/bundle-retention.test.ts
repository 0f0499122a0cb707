import type { Readable } from "node:stream";
import { expect } from "chai";
import { BundleRetention } from "../../../src/exports/bundle-retention.ts";
import type { BundleStore } from "../../../src/ports/bundle-store.ts";
import type { SweepTimes } from "../../../src/ports/sweep-times.ts";
import type { Job, JobKind, JobState } from "../../../src/ports/job-store.ts";
import { TestClock } from "../../contracts/stores.ts";
import { JOB } from "../../support/doors/api-server.ts";
import { SILENT } from "../../support/fakes/logger.ts";

const HOUR = 3600_000;
const DAY = 24 * HOUR;

/** A bundle store that knows ids and dates. */
class FakeBundles implements BundleStore {
  readonly kept = new Map<string, number>();
  unfinishedBefore = 0;
  away = false;
  put = async (): Promise<void> => undefined;
  open = async (): Promise<{ body: Readable; size: number } | undefined> => undefined;
  size = async (): Promise<undefined> => undefined;
  localFile = async (): Promise<undefined> => undefined;
  check = async (): Promise<void> => undefined;
  async *list(): AsyncGenerator<{ id: string; keptAt: number }> {
    if (this.away) throw new Error("away");
    for (const [id, keptAt] of this.kept) yield { id, keptAt };
  }
  async removeUnfinished(before: number): Promise<void> {
    this.unfinishedBefore = before;
  }
  async remove(id: string): Promise<void> {
    this.kept.delete(id);
  }
}

describe("the keeping of bundles", () => {
  const clock = new TestClock();
  let bundles: FakeBundles;
  const jobs = new Map<string, Job>();
  let jumped = false;
  let expired = 0;
  beforeEach(() => {
    bundles = new FakeBundles();
    jobs.clear();
    jumped = false;
    expired = 0;
  });

  function keeping(retentionDays = 7): BundleRetention {
    const store = {
      get: async (id: string) => jobs.get(id),
      expire: async (before: number) => void (expired = before),
    };
    const times: SweepTimes = {
      begin: async () => (jumped ? { granted: false, now: clock.now(), last: 0 } : { granted: true, now: clock.now() }),
      confirm: async () => clock.now(),
    };
    return new BundleRetention({ bundles, store, retentionDays, clock, times, logger: SILENT });
  }
  /** A job with a bundle, that ended (or began) so long ago. */
  function job(kind: JobKind, state: JobState, ago: number, held: Job["held"] = null): Job {
    const ended = state !== "queued" && state !== "running";
    const changes = { id: `job${jobs.size}`, kind, state, held, finished_at: ended ? clock.now() - ago : null };
    const made: Job = { ...JOB, ...changes };
    jobs.set(made.id, made);
    bundles.kept.set(made.id, clock.now() - ago);
    return made;
  }

  it("lasts as long as somebody may want the bundle", async () => {
    const kept = [
      job("export", "succeeded", 7 * DAY - 1),
      job("export", "running", 30 * DAY),
      job("import", "queued", 30 * DAY),
      job("import", "running", 30 * DAY),
      job("import", "failed", 30 * DAY, "kept"),
    ];
    job("export", "succeeded", 7 * DAY);
    job("export", "failed", 0);
    job("export", "cancelled", 0);
    job("import", "succeeded", 0);
    job("import", "cancelled", 0);
    job("import", "failed", 0, "due");
    await keeping().sweep();
    expect([...bundles.kept.keys()]).to.have.members(kept.map(({ id }) => id));
  });

  it("ends with the job where nobody can want the bundle any more", async () => {
    for (const ended of [job("import", "succeeded", 0, "due"), job("export", "cancelled", 0, "due")])
      await keeping().release(ended);
    expect(bundles.kept).to.be.empty;
    for (const ended of [job("import", "failed", 0, "kept"), job("export", "succeeded", 0, "due")])
      await keeping().release(ended);
    expect(bundles.kept).to.have.property("size", 2);
  });

  it("never ends for exports where the days are 0", async () => {
    job("export", "succeeded", 4000 * DAY);
    await keeping(0).sweep();
    expect(bundles.kept).to.have.property("size", 1);
  });

  it("spares what has no job yet, and not what has none for long", async () => {
    bundles.kept.set("fresh", clock.now() - HOUR + 1);
    bundles.kept.set("orphan", clock.now() - HOUR);
    await keeping().sweep();
    expect([...bundles.kept.keys()]).to.deep.equal(["fresh"]);
    expect(bundles.unfinishedBefore).to.equal(clock.now() - DAY);
  });

  it("deletes nothing after a jump of the clock, and gives up what waits for a retry after a week", async () => {
    job("export", "succeeded", 30 * DAY);
    bundles.kept.set("orphan", clock.now() - 30 * DAY);
    jumped = true;
    await keeping().sweep();
    expect([bundles.kept.size, bundles.unfinishedBefore, expired]).to.deep.equal([2, 0, 0]);
    jumped = false;
    await keeping().sweep();
    expect(bundles.kept.size).to.equal(0);
    expect(expired).to.equal(clock.now() - 7 * DAY);
  });

  it("goes on when the store is away, until it is told to stop", async () => {
    bundles.away = true;
    const stop = new AbortController();
    const swept = keeping().keepSwept(stop.signal);
    stop.abort();
    await swept;
  });
});
