import type { JobContext } from "../../jobs/job-run.ts";
import type { Job } from "../../ports/job-store.ts";
import type { Logger } from "../../ports/logger.ts";
import type { ExportSpools } from "../export-spools.ts";
import { exportOne, lookAgain, type ExportOneParts, type RoomSource } from "./export-one.ts";
import { OutcomeSpool } from "./outcome-spool.ts";

/** Runs a piece of work when its turn comes. */
export type Turn = <T>(act: () => Promise<T>) => Promise<T>;

/** A spool of this job's own: what an earlier run has done there is done. `startedOver`: it had done something, and that is not here. */
export async function openSpool(
  { spools, logger }: { spools: ExportSpools; logger: Logger },
  job: Job,
): Promise<{ spool: OutcomeSpool; startedOver: boolean }> {
  const spool = await OutcomeSpool.open(spools.of(job.id), job.fence);
  const startedOver = job.progress.done > 0 && spool.outcomes.size === 0;
  if (startedOver)
    logger.warn({ job_id: job.id }, "an export started over: what was read before is not on this machine");
  return { spool, startedOver };
}

/**
 * Exports these rooms into the spool, those side by side whose turns come at the same time, and looks once more at each that was read: it
 * may have been closed since. Rooms that are done are not read again.
 * @throws as exportOne; nothing is under way any more then
 */
export async function collectRooms(
  parts: ExportOneParts,
  job: Job,
  rooms: readonly string[],
  source: RoomSource,
  spool: OutcomeSpool,
  { signal, onProgress }: Pick<JobContext, "signal" | "onProgress">,
  turn: Turn,
): Promise<void> {
  let done = 0;
  onProgress({ done, total: rooms.length });
  await all(rooms, turn, signal, async (roomId, until) => {
    if (!spool.outcomes.has(roomId)) await spool.add(await exportOne(parts, job.id, roomId, source, spool, until));
    onProgress({ done: ++done, total: rooms.length });
  });
  await all([...spool.outcomes.values()], turn, signal, async (read, until) => {
    if (read.kind !== "exported") return;
    const now = await lookAgain(parts, job.id, read, source, until);
    if (now !== read) await spool.add(now);
  });
}

/** Does this for all of them. Where one fails nothing more begins, and the first error is thrown once nothing is under way. */
async function all<T>(
  items: readonly T[],
  turn: Turn,
  signal: AbortSignal,
  act: (item: T, until: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const until = AbortSignal.any([signal, failed.signal]);
  await Promise.allSettled(
    items.map((item) =>
      turn(async () => {
        if (until.aborted) return;
        await act(item, until).catch((error: unknown) => failed.abort(error));
      }),
    ),
  );
  until.throwIfAborted();
}
