import type { AuditEntry, AuditLog } from "../ports/audit-log.ts";
import { errorFields, type Logger } from "../ports/logger.ts";
import { StoreAway } from "../ports/store-away.ts";

/** So much of what comes at once is one row, in milliseconds. */
const BURST_MS = 60_000;
/** Nobody fills the log with these. */
const RECORDED_EACH: ReadonlySet<AuditEntry["outcome"]> = new Set(["granted", "done"]);

interface Counted {
  entry: AuditEntry;
  count: number;
}

/**
 * An audit log that cannot be flooded. What was done is recorded each time. What was not done (refused, failed, cancelled) is recorded
 * the first time at once; of the same actor, action, outcome and door what comes in the minute after it is one row, with its `count`.
 */
export class CountedRows implements Pick<AuditLog, "record"> {
  readonly #log: Pick<AuditLog, "record">;
  readonly #logger: Logger;
  readonly #burstMs: number;
  readonly #recorded = new Set<string>();
  readonly #counted = new Map<string, Counted>();
  #timer: NodeJS.Timeout | undefined;
  #telling: Promise<void> = Promise.resolve();

  constructor(log: Pick<AuditLog, "record">, logger: Logger, burstMs = BURST_MS) {
    this.#log = log;
    this.#logger = logger;
    this.#burstMs = burstMs;
  }

  /** @throws StoreAway where it is to be recorded at once, and cannot */
  async record(entry: AuditEntry): Promise<void> {
    if (RECORDED_EACH.has(entry.outcome)) {
      await this.#log.record(entry);
      return;
    }
    const key = JSON.stringify([entry.actor, entry.action, entry.outcome, entry.door]);
    if (this.#recorded.has(key)) {
      this.add(entry, 1, key);
      return;
    }
    this.#recorded.add(key);
    this.#soon();
    try {
      await this.#log.record(entry);
    } catch (error) {
      this.#recorded.delete(key);
      throw error;
    }
  }

  /** Counts it for the row of this minute, also the first one. @param key what is counted together */
  add(entry: AuditEntry, count = 1, key = JSON.stringify(entry)): void {
    const known = this.#counted.get(key);
    this.#counted.set(key, known ? joined(known, entry, count) : { entry, count });
    this.#soon();
  }

  /** Records what was counted so far. Never rejects: what cannot be recorded is tried again in a minute. */
  stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#telling = this.#telling.then(() => this.#tell());
    return this.#telling;
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => void this.stop(), this.#burstMs).unref();
  }

  async #tell(): Promise<void> {
    const counted = [...this.#counted];
    this.#counted.clear();
    this.#recorded.clear();
    for (const [key, { entry, count }] of counted) {
      try {
        await this.#log.record({ ...entry, count });
      } catch (error) {
        this.add(entry, count, key);
        if (!(error instanceof StoreAway))
          this.#logger.warn(errorFields(error), "audit rows that stand for several could not be recorded");
      }
    }
  }
}

/** What one row says of several: what all of them have in common, and every reason of any. */
function joined({ entry, count }: Counted, other: AuditEntry, more: number): Counted {
  if (JSON.stringify(entry) === JSON.stringify(other)) return { entry, count: count + more };
  const common = (key: "on_behalf_of" | "room_id" | "target" | "job_id"): string | null =>
    entry[key] === other[key] ? (entry[key] ?? null) : null;
  return {
    entry: {
      ...entry,
      on_behalf_of: common("on_behalf_of"),
      room_id: common("room_id"),
      target: common("target"),
      job_id: common("job_id"),
      reasons: [...new Set([...(entry.reasons ?? []), ...(other.reasons ?? [])])],
      details: [...new Set([...(entry.details ?? []), ...(other.details ?? [])])],
    },
    count: count + more,
  };
}
