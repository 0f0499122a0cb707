import { expect } from "chai";
import { scheduleStandings, requireInTime } from "../../../../src/exports/scheduled/overdue.ts";
import type { Schedules } from "../../../../src/exports/scheduled/schedule.ts";
import { roomMark, scheduledJobId } from "../../../../src/exports/scheduled/scheduled-job.ts";
import { Scheduler } from "../../../../src/exports/scheduled/scheduler.ts";
import type { JsonObject } from "../../../../src/matrix/json.ts";
import type { ScheduleStanding } from "../../../../src/ports/metrics.ts";
import { memoryStores } from "../../../support/fakes/memory-stores.ts";
import { SILENT } from "../../../support/fakes/logger.ts";
import { scheduleOf } from "../../../support/schedule-of.ts";
import { TestClock } from "../../../contracts/stores.ts";

const HOUR = 3600_000;
const NEVER = new AbortController().signal;

describe("a scheduler of exports", () => {
  let clock: TestClock;
  let stores: ReturnType<typeof memoryStores>;
  let rooms: Map<string, string>;
  beforeEach(() => {
    clock = new TestClock();
    stores = memoryStores(clock);
    rooms = new Map([["#tea:x", "!tea:x"]]);
  });

  function scheduler(schedules: Schedules): Scheduler {
    const { jobs } = stores;
    const control = {
      get: (id: string) => jobs.get(id),
      queue: (...job: Parameters<typeof jobs.create>) => jobs.create(...job),
    };
    const homeserver = {
      resolveAlias: async (alias: string) => rooms.get(alias),
      account: async () => ({ ignored: ["@troll:x"] }),
    };
    const planSpace = async (spaceId: string): Promise<JsonObject> => ({ visible_to: null, rooms: [spaceId] });
    return new Scheduler({ schedules, control, homeserver, planSpace, clock, logger: SILENT });
  }
  const queued = async (): Promise<string[]> => {
    const all = await stores.jobs.list({}, { limit: 100 });
    return all.map(({ id }) => id).sort();
  };
  const idAt = (due: number, room = "!a:x"): string =>
    scheduledJobId({ schedule: "hourly", due, room: roomMark(room) });
  const lastHour = (): number => Math.floor(clock.now() / HOUR) * HOUR;

  it("queues what is due once, however many of them there are, and of what was missed the last", async () => {
    const schedules = { hourly: scheduleOf({ rooms: ["!a:x", "#tea:x"], as: "@ann:x" }) };
    const first = lastHour();
    const [one, other] = [scheduler(schedules), scheduler(schedules)];
    await Promise.all([one.queueDue(NEVER), other.queueDue(NEVER)]);
    await one.queueDue(NEVER);
    expect(await queued()).to.deep.equal([idAt(first), idAt(first, "#tea:x")].sort());
    const job = await stores.jobs.get(idAt(first, "#tea:x"));
    expect(job).to.deep.include({ kind: "export", owner: "schedule:hourly", room_id: "!tea:x" });
    expect(job?.params).to.deep.include({ visible_to: "@ann:x", ignored: ["@troll:x"] });
    clock.time += 3 * HOUR;
    await other.queueDue(NEVER);
    expect(await queued()).to.deep.equal(
      [first, first + 3 * HOUR].flatMap((due) => [idAt(due), idAt(due, "#tea:x")]).sort(),
    );
  });

  it("queues spaces as spaces", async () => {
    await scheduler({ hourly: scheduleOf({ rooms: [], spaces: ["#tea:x"] }) }).queueDue(NEVER);
    const job = await stores.jobs.get(idAt(lastHour(), "#tea:x"));
    expect(job).to.deep.include({ kind: "space_export", room_id: "!tea:x", owner: "schedule:hourly" });
    expect(job?.params).to.deep.include({ rooms: ["!tea:x"] });
  });

  it("tries again what it could not queue, and does not let the others wait for it", async () => {
    rooms.clear();
    const { queueDue } = Scheduler.prototype;
    const one = scheduler({ hourly: scheduleOf({ rooms: ["#tea:x", "!a:x"] }) });
    await queueDue.call(one, NEVER);
    expect(await queued()).to.deep.equal([idAt(lastHour())]);
    stores.away = true;
    rooms.set("#tea:x", "!tea:x");
    await one.queueDue(NEVER);
    stores.away = false;
    await one.queueDue(NEVER);
    expect(await queued()).to.have.length(2);
  });

  describe("is overdue", () => {
    const schedules = { hourly: scheduleOf({ rooms: ["!a:x", "!b:x"], overdue_after_hours: 2 }) };
    const standing = async (startedAt = 0): Promise<ScheduleStanding> => {
      const [found] = await scheduleStandings({ schedules, store: stores.jobs, clock, startedAt });
      if (!found) throw new Error("there is one schedule");
      return found;
    };
    async function succeed(due: number, room: string): Promise<void> {
      const { jobs } = stores;
      const id = idAt(due, room);
      await jobs.create({ id, kind: "export", owner: "schedule:hourly", params: {}, room_id: room });
      const job = await jobs.claim("test", 60_000);
      if (job?.id !== id) throw new Error("another job was claimed");
      await jobs.finish(job, "succeeded", { progress: job.progress });
    }

    it("where a room is not exported for longer than it may take", async () => {
      const due = lastHour();
      expect((await standing()).overdue).to.equal(true);
      await succeed(due, "!a:x");
      expect(await standing()).to.deep.include({ overdue: true, missing: 2 });
      await succeed(due, "!b:x");
      expect(await standing()).to.deep.include({ done: due, overdue: false, missing: 0, rooms: 2 });
      clock.time += 2 * HOUR;
      expect(await standing()).to.deep.include({ done: due, overdue: false });
      clock.time += HOUR;
      await succeed(due + HOUR, "!a:x");
      const late = await standing();
      expect(late).to.deep.include({ done: undefined, overdue: true });
      expect(() => {
        requireInTime([late]);
      }).to.throw(/^schedules are overdue: hourly \([12] of 2 rooms\); /);
      await succeed(due + 3 * HOUR, "!a:x");
      await succeed(due + 3 * HOUR, "!b:x");
      expect((await standing()).overdue).to.equal(false);
    });

    it("but not before a new process has had its time", async () => {
      const startedAt = clock.now();
      expect((await standing(startedAt)).overdue).to.equal(false);
      clock.time += 2 * HOUR + 1;
      expect((await standing(startedAt)).overdue).to.equal(true);
    });
  });
});
