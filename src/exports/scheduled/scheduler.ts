import type { JobControl } from "../../jobs/job-control.ts";
import type { JsonObject } from "../../matrix/json.ts";
import type { Clock } from "../../ports/clock.ts";
import type { HomeserverAccess } from "../../ports/homeserver/homeserver-access.ts";
import { errorFields, type Logger } from "../../ports/logger.ts";
import { IDLE_TIMER, type Timer } from "../../ports/timer.ts";
import { CHECK_MS } from "../../requests/access.ts";
import { exportParams } from "../export-params.ts";
import { WHOLE_ROOM } from "../options.ts";
import { lastDue, nextDue, subjectsOf, type Schedule, type Schedules } from "./schedule.ts";
import { ownerOfSchedule, roomMark, scheduledJobId } from "./scheduled-job.ts";

export interface SchedulerParts {
  schedules: Schedules;
  control: Pick<JobControl, "get" | "queue">;
  homeserver: Pick<HomeserverAccess, "account" | "resolveAlias">;
  /** what the job needs that exports a space, as this user may see it or else as the service user. @throws RequestError */
  planSpace: (spaceId: string, as: string | undefined, owner: string) => Promise<JsonObject>;
  clock: Clock;
  timer?: Timer;
  logger: Logger;
}

/** The clock is looked at so often, for it may jump; what could not be queued is tried again as often. Milliseconds. */
const LOOK_EVERY_MS = 60_000;

/**
 * Queues the exports of schedules as they become due. Every process of a service may do so: one export is one job, by its id. What
 * became due while no process was there is made up for: of several times, the last one. So is a new schedule's.
 */
export class Scheduler {
  readonly #parts: SchedulerParts;
  /** for which time this process has queued all of a schedule's exports */
  readonly #queued = new Map<string, number>();

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
  }

  /** Until the signal comes. Never rejects. */
  async keepQueueing(signal: AbortSignal): Promise<void> {
    const { schedules, clock, timer = IDLE_TIMER } = this.#parts;
    if (Object.keys(schedules).length === 0) return;
    while (!signal.aborted) {
      await this.queueDue(signal);
      const now = clock.now();
      const next = Object.values(schedules).map((schedule) => nextDue(schedule, now) ?? Infinity);
      await timer.sleep(Math.min(LOOK_EVERY_MS, ...next.map((due) => due - now)), signal).catch(() => undefined);
    }
  }

  /** Queues what is due and not queued yet. Never rejects. */
  async queueDue(signal: AbortSignal): Promise<void> {
    const { schedules, clock, logger } = this.#parts;
    for (const [name, schedule] of Object.entries(schedules)) {
      const due = lastDue(schedule, clock.now());
      if (due === undefined || this.#queued.get(name) === due) continue;
      let all = true;
      for (const room of subjectsOf(schedule)) {
        try {
          await this.#queue(name, schedule, due, room, signal);
        } catch (error) {
          if (signal.aborted) return;
          all = false;
          logger.warn({ schedule: name, ...errorFields(error) }, "a scheduled export could not be queued yet");
        }
      }
      if (all) this.#queued.set(name, due);
    }
  }

  async #queue(name: string, schedule: Schedule, due: number, room: string, signal: AbortSignal): Promise<void> {
    const { control, homeserver, planSpace, logger } = this.#parts;
    const { as, mode, keep } = schedule;
    const id = scheduledJobId({ schedule: name, due, room: roomMark(room) });
    if (await control.get(id)) return;
    const soon = AbortSignal.any([signal, AbortSignal.timeout(CHECK_MS)]);
    const roomId = room.startsWith("#") ? await homeserver.resolveAlias(room, soon) : room;
    if (roomId === undefined) throw new Error(`there is no room with the alias ${room} (schedules.${name})`);
    const owner = ownerOfSchedule(name);
    const chain = mode === "increments" ? keep : undefined;
    const { ignored = [] } = as === undefined ? {} : await homeserver.account(as, undefined, soon);
    const job = schedule.spaces.includes(room)
      ? ({ kind: "space_export", params: await planSpace(roomId, as, owner) } as const)
      : ({ kind: "export", params: exportParams({ visibleTo: as, ignored, chain, options: WHOLE_ROOM }) } as const);
    const audit = {
      action: job.kind,
      outcome: "granted",
      actor: owner,
      door: "service",
      details: ["as_service"],
      ...(as !== undefined && { on_behalf_of: as }),
    } as const;
    try {
      await control.queue({ ...job, id, owner, room_id: roomId }, Infinity, audit);
      logger.info({ schedule: name, job_id: id }, "a scheduled export was queued");
    } catch (error) {
      // another process was first
      if (!(await control.get(id))) throw error;
    }
  }
}
