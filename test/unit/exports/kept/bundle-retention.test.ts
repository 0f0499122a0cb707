import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { diskBundleStore } from "../../../../src/adapters/storage/disk-bundle-store.ts";
import { BundleRetention } from "../../../../src/exports/kept/bundle-retention.ts";
import type { BundleStore } from "../../../../src/ports/bundle-store.ts";
import type { Timer } from "../../../../src/ports/timer.ts";
import type { SweepTimes } from "../../../../src/ports/sweep-times.ts";
import type { Job, JobKind, JobState } from "../../../../src/ports/job-store.ts";
import { TestClock } from "../../../contracts/stores.ts";
import type { Schedule } from "../../../../src/exports/scheduled/schedule.ts";
import { roomMark, scheduledJobId } from "../../../../src/exports/scheduled/scheduled-job.ts";
import { scheduleOf } from "../../../support/schedule-of.ts";
import { JOB } from "../../../support/doors/api-server.ts";
import { AMPLE } from "../../../support/fakes/ample-space.ts";
import { VirtualTime } from "../../../support/fakes/virtual-time.ts";
import { SILENT } from "../../../support/fakes/logger.ts";

const HOUR = 3600_000;
const DAY = 24 * HOUR;

describe("the keeping of bundles", () => {
  const clock = new TestClock();
  const jobs = new Map<string, Job>();
  let folder: string;
  let bundles: BundleStore;
  let unfinishedBefore = 0;
  let jumped = false;
  let stop: AbortController;
  let expired = 0;
  /** jobs one of whose rooms was closed */
  const closed = new Set<string>();
  const schedules: Record<string, Schedule> = {};
  let withdrawn = 0;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomporter-retention-"));
    const disk = await diskBundleStore(folder, AMPLE);
    bundles = {
      ...disk,
      async removeUnfinished(before) {
        unfinishedBefore = before;
        await disk.removeUnfinished(before);
      },
    };
    jobs.clear();
    closed.clear();
    withdrawn = 0;
    stop = new AbortController();
    unfinishedBefore = 0;
    jumped = false;
    expired = 0;
  });
  afterEach(async () => {
    stop.abort();
    await rm(folder, { recursive: true });
  });

  const kept = async (): Promise<string[]> => (await readdir(folder)).map((name) => name.replace(".zip", "")).sort();
  /** A bundle that was kept so long ago. */
  async function keep(id: string, ago: number): Promise<void> {
    const path = join(folder, `${id}.zip`);
    await writeFile(path, "PK");
    await utimes(path, new Date(), new Date(clock.now() - ago));
  }

  function keeping(retentionDays = 7, timer: Timer = new VirtualTime(), alone = false): BundleRetention {
    const store = {
      get: async (id: string) => jobs.get(id),
      expire: async (before: number) => void (expired = before),
    };
    const times: SweepTimes = {
      begin: async () => (jumped ? { granted: false, now: clock.now(), last: 0 } : { granted: true, now: clock.now() }),
      confirm: async () => clock.now(),
    };
    const mustGo = async ({ id }: Job): Promise<boolean> => closed.has(id);
    const delivered = { withdrawLeft: async () => void (withdrawn += 1) };
    const about = { bundles, store, mustGo, delivered, alone, schedules };
    return new BundleRetention({ ...about, retentionDays, clock, times, logger: SILENT, timer });
  }
  /** A job with a bundle, that ended (or began) so long ago. */
  async function job(kind: JobKind, state: JobState, ago: number, held: Job["held"] = null): Promise<Job> {
    const ended = state !== "queued" && state !== "running";
    const changes = { id: `job${jobs.size}`, kind, state, held, finished_at: ended ? clock.now() - ago : null };
    const made: Job = { ...JOB, ...changes };
    jobs.set(made.id, made);
    await keep(made.id, ago);
    return made;
  }

  it("lasts as long as somebody may want the bundle", async () => {
    const wanted = [
      await job("export", "succeeded", 7 * DAY - 1),
      await job("export", "running", 30 * DAY),
      await job("import", "queued", 30 * DAY),
      await job("import", "running", 30 * DAY),
      await job("import", "failed", 30 * DAY, "kept"),
    ];
    await job("export", "succeeded", 7 * DAY);
    await job("export", "failed", 0);
    await job("export", "cancelled", 0);
    await job("import", "succeeded", 0);
    await job("import", "cancelled", 0);
    await job("import", "failed", 0, "due");
    await keeping().sweep();
    expect(await kept()).to.deep.equal(wanted.map(({ id }) => id).sort());
  });

  it("is a number of their own for bundles of schedules", async () => {
    schedules["nightly"] = scheduleOf({ keep: 2 });
    const night = async (day: number, state: JobState = "succeeded"): Promise<string> => {
      const id = scheduledJobId({ schedule: "nightly", due: Date.UTC(2026, 0, day), room: roomMark("!a:x") });
      jobs.set(id, { ...JOB, id, kind: "export", state, finished_at: clock.now() - 30 * DAY });
      await keep(id, 30 * DAY);
      return id;
    };
    const nights = [await night(1), await night(2), await night(3), await night(4)];
    await night(5, "failed");
    // an archive outlives its database
    jobs.delete(nights[2] ?? "");
    await keeping().release(jobs.get(nights[0] ?? "") as Job);
    await keeping().sweep();
    expect(await kept()).to.deep.equal(nights.slice(2));
    closed.add(nights[3] ?? "");
    await keeping().sweep();
    expect(await kept()).to.deep.equal(nights.slice(2, 3));
    // it is not in the configuration any more
    delete schedules["nightly"];
    await keeping().sweep();
    expect(await kept()).to.deep.equal([]);
  });

  it("ends with the job where nobody can want the bundle any more", async () => {
    for (const ended of [await job("import", "succeeded", 0, "due"), await job("export", "cancelled", 0, "due")])
      await keeping().release(ended);
    expect(await kept()).to.deep.equal([]);
    for (const ended of [await job("import", "failed", 0, "kept"), await job("export", "succeeded", 0, "due")])
      await keeping().release(ended);
    expect(await kept()).to.have.length(2);
  });

  it("never ends for exports where the days are 0", async () => {
    await job("export", "succeeded", 4000 * DAY);
    await keeping(0).sweep();
    expect(await kept()).to.have.length(1);
  });

  it("spares what has no job yet, and not what has none for long", async () => {
    await keep("fresh", HOUR - 1);
    await keep("orphan", HOUR);
    await keeping().sweep();
    expect(await kept()).to.deep.equal(["fresh"]);
    expect(unfinishedBefore).to.equal(clock.now() - DAY);
  });

  it("deletes nothing after a jump of the clock, and gives up what waits for a retry after a week", async () => {
    await job("export", "succeeded", 30 * DAY);
    await keep("orphan", 30 * DAY);
    jumped = true;
    await keeping().sweep();
    expect([(await kept()).length, unfinishedBefore, expired]).to.deep.equal([2, 0, 0]);
    jumped = false;
    await keeping().sweep();
    expect(await kept()).to.deep.equal([]);
    expect(expired).to.equal(clock.now() - 7 * DAY);
  });

  it("is over where a room was closed, kept for a retry or not, and copies go too", async () => {
    const running = await job("export", "running", 0);
    const ended = [await job("export", "succeeded", 0), await job("import", "failed", 0, "kept")];
    for (const { id } of [running, ...ended]) closed.add(id);
    await keeping().sweep();
    expect(await kept()).to.deep.equal([running.id]);
    expect(withdrawn).to.equal(1);
    closed.add((await job("export", "succeeded", 0, "due")).id);
    await keeping().release(jobs.get("job3") as Job);
    expect(await kept()).to.deep.equal([running.id]);
  });

  it("is over at the start for what has no job, where no other process can be about to make it", async () => {
    for (const alone of [false, true]) {
      await keep("orphan", 1000);
      await keep("arriving", -1000);
      const timer: Timer = { monotonic: () => 0, sleep: async () => stop.abort() };
      await keeping(7, timer, alone).keepSwept(stop.signal);
      stop = new AbortController();
      expect(await kept()).to.deep.equal(alone ? ["arriving"] : ["arriving", "orphan"]);
    }
  });

  it("goes on every hour, also when the store is away, until it is told to stop", async () => {
    const timer = new VirtualTime();
    const { list } = bundles;
    let looks = 0;
    bundles.list = () => {
      if (++looks === 1) throw new Error("away");
      if (looks === 4) stop.abort();
      return list();
    };
    await keep("orphan", 2 * HOUR);
    await keeping(7, timer).keepSwept(stop.signal);
    expect([looks, ...timer.slept.slice(0, 3)]).to.deep.equal([4, HOUR, HOUR, HOUR]);
    expect(await kept()).to.deep.equal([]);
  });
});
