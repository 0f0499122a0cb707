import type { AuditDetail, AuditLog } from "../ports/audit-log.ts";
import { errorFields, type Logger } from "../ports/logger.ts";
import { StoreAway } from "../ports/store-away.ts";

/** What a wrong token was shown to: the API, or the place where only the homeserver calls. */
type Shown = Extract<AuditDetail, "api" | "appservice">;

/** So much of what comes at once is one row, in milliseconds. */
const BURST_MS = 60_000;

/** Wrong tokens for the audit log: how many came, and nothing of the tokens or of where they came from. */
export class TokenFailures {
  readonly #log: AuditLog;
  readonly #logger: Logger;
  readonly #burstMs: number;
  readonly #counts = new Map<Shown, number>();
  #timer: NodeJS.Timeout | undefined;
  #telling: Promise<void> = Promise.resolve();

  constructor(log: AuditLog, logger: Logger, burstMs = BURST_MS) {
    this.#log = log;
    this.#logger = logger;
    this.#burstMs = burstMs;
  }

  add(shown: Shown, count = 1): void {
    this.#counts.set(shown, (this.#counts.get(shown) ?? 0) + count);
    this.#timer ??= setTimeout(() => void this.stop(), this.#burstMs).unref();
  }

  /** Records what was counted so far. Never rejects: what cannot be recorded is tried again with the next burst. */
  stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#telling = this.#telling.then(() => this.#tell());
    return this.#telling;
  }

  async #tell(): Promise<void> {
    const counts = [...this.#counts];
    this.#counts.clear();
    for (const [shown, count] of counts) {
      const what = { action: "token_failures", outcome: "refused", details: [shown], count } as const;
      try {
        await this.#log.record({ ...what, actor: "service", door: "http" });
      } catch (error) {
        this.add(shown, count);
        if (!(error instanceof StoreAway)) this.#logger.warn(errorFields(error), "wrong tokens could not be recorded");
      }
    }
  }
}
