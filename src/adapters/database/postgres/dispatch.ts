import { setTimeout as sleep } from "node:timers/promises";
import { PgBoss, type Db } from "pg-boss";
import { sql } from "kysely";
import { errorFields, type Logger } from "../../../ports/logger.ts";
import { StoreAway } from "../../../ports/store-away.ts";
import type { Database } from "../database.ts";
import type { Announce } from "../stores/job-store.ts";

/** A message in it says no more than that a job waits: which one comes next, the claim decides. */
const QUEUE = "roomporter-jobs";
/** So often a worker with free places looks for messages, in milliseconds. */
const LOOK_MS = 500;

/** Tells workers through pg-boss that jobs wait, so that those who have places free look at once. */
export class Dispatch {
  readonly #boss: PgBoss;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  #started = false;
  #looking: Promise<void> = Promise.resolve();

  /** `maintain`: also clear away old messages */
  constructor(database: Database, maintain: boolean, logger: Logger) {
    const { statements } = database;
    if (!statements) throw new Error("only PostgreSQL has a queue");
    this.#logger = logger;
    const db = { executeSql: statements };
    this.#boss = new PgBoss({ db, schedule: false, supervise: maintain });
    // it goes on by itself
    this.#boss.on("error", (error) => this.#failed(error));
  }

  /** Makes the queue where there is none. @throws StoreAway */
  async start(): Promise<void> {
    await this.#boss.start();
    await this.#boss.createQueue(QUEUE, { retryLimit: 0, expireInSeconds: 60, deleteAfterSeconds: 60 });
    this.#started = true;
  }

  readonly announce: Announce = async (transaction, jobId) => {
    // before its start the workers' own sweeps have to do
    if (!this.#started) return;
    const db: Db = {
      async executeSql(text, values = []) {
        const query = { ...sql.raw(text).compile(transaction), parameters: values };
        return { rows: [...(await transaction.executeQuery(query)).rows] };
      },
    };
    await this.#boss.send(QUEUE, { job: jobId }, { db });
  };

  /** From now on: calls `arrived` when there is a message, as long as there are places free. */
  listen(free: () => number, arrived: () => void): void {
    this.#looking = this.#look(free, arrived);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#looking;
    await this.#boss.stop({ graceful: false, close: false });
  }

  /** Never rejects. */
  async #look(free: () => number, arrived: () => void): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const places = free();
      if (places > 0) {
        try {
          const messages = await this.#boss.fetch(QUEUE, { batchSize: places });
          if (messages.length > 0) {
            const ids = messages.map(({ id }) => id);
            await this.#boss.complete(QUEUE, ids);
            arrived();
          }
        } catch (error) {
          this.#failed(error);
        }
      }
      await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  #failed(error: unknown): void {
    if (error instanceof StoreAway || this.#stopping.signal.aborted) return;
    this.#logger.warn(errorFields(error), "the queue is not looked at as it should be");
  }
}
