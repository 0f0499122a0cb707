import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { inTransaction } from "../adapters/database/in-transaction.ts";
import type { ServiceContext } from "./context.ts";
import { StoreAway } from "../ports/store-away.ts";

/** So often a database that is away is asked again, in milliseconds, and so many failures are one line of the log. */
const RETRY_MS = 1000;
const FAILURES_LOGGED = 60;

/** Brings the database up to date, and waits for it where it is a server that is away. */
export class DatabaseStart {
  readonly #context: ServiceContext;
  readonly #signal: AbortSignal;
  #ready = false;

  /** `signal`: ends all waiting */
  constructor(context: ServiceContext, signal: AbortSignal) {
    this.#context = context;
    this.#signal = signal;
  }

  /** For `/ready`. @throws Error that says what is missing */
  async check(): Promise<void> {
    if (!this.#ready) throw new Error("the database does not answer yet");
    // also where it can be read, it may be locked
    await inTransaction(this.#context.database.kysely, (transaction) => sql`select 1`.execute(transaction));
  }

  /**
   * Resolves once the database can be used.
   * @throws Error where waiting would not help; the signal's reason
   */
  async ready(): Promise<void> {
    if (!this.#ready) await this.patiently(() => this.#prepare());
  }

  /** Tries once, and leaves a database that is away to `ready`. @throws Error where waiting would not help */
  async attempt(): Promise<void> {
    try {
      await this.#prepare();
    } catch (error) {
      if (!(error instanceof StoreAway)) throw error;
    }
  }

  async #prepare(): Promise<void> {
    const { database, dispatch } = this.#context;
    await database.migrate();
    await dispatch?.start();
    this.#ready = true;
  }

  /** Does it again and again while the database is away. @throws what else `act` throws; the signal's reason */
  async patiently<T>(act: () => Promise<T>): Promise<T> {
    for (let failures = 0; ; failures++) {
      try {
        return await act();
      } catch (error) {
        this.#signal.throwIfAborted();
        if (!(error instanceof StoreAway)) throw error;
        if (failures % FAILURES_LOGGED === 0)
          this.#context.logger.warn(causeOf(error), "the database is busy or does not answer, retrying");
      }
      await sleep(RETRY_MS, undefined, { signal: this.#signal });
    }
  }
}

function causeOf({ cause }: StoreAway): Record<string, unknown> {
  return cause instanceof Error && "code" in cause ? { code: cause.code } : {};
}
