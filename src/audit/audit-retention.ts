import type { AuditLog } from "../ports/audit-log.ts";
import { errorFields, type Logger } from "../ports/logger.ts";
import type { SweepTimes } from "../ports/sweep-times.ts";
import { IDLE_TIMER, type Timer } from "../ports/timer.ts";
import { sweepNow } from "../requests/sweep-permit.ts";
import { StoreAway } from "../ports/store-away.ts";

const DAY_MS = 24 * 3600_000;
const SWEEP_EVERY_MS = 3600_000;

export interface AuditRetentionParts {
  log: AuditLog;
  /** how long a row is kept; 0: for ever */
  retentionDays: number;
  times: SweepTimes;
  logger: Logger;
  timer?: Timer;
}

/** How long the audit log is kept, and a witness of it outside of the database: where its chain ends stands in the service's log. */
export class AuditRetention {
  readonly #parts: AuditRetentionParts;
  #witnessed = 0;

  constructor(parts: AuditRetentionParts) {
    this.#parts = parts;
  }

  /** Sweeps at once and every hour, until the signal comes. Never rejects. */
  async keepSwept(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.sweep();
      } catch (error) {
        if (!(error instanceof StoreAway))
          this.#parts.logger.warn(errorFields(error), "the audit log could not be looked after");
      }
      await (this.#parts.timer ?? IDLE_TIMER).sleep(SWEEP_EVERY_MS, signal).catch(() => undefined);
    }
  }

  /** Removes the rows whose time is over, a whole day (UTC) at once, and notes the end of the chain. */
  async sweep(): Promise<void> {
    const { log, retentionDays, times, logger } = this.#parts;
    const now = retentionDays > 0 ? await sweepNow(times, "audit", logger) : undefined;
    if (now !== undefined) {
      const removed = await log.trim(Math.floor(now / DAY_MS - retentionDays) * DAY_MS);
      if (removed > 0) logger.info({ rows: removed }, "audit rows whose time was over were removed");
    }
    const head = await log.head();
    if (!head || head.position === this.#witnessed) return;
    this.#witnessed = head.position;
    logger.info({ ...head }, "the audit log ends here");
  }
}
