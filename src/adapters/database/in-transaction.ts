import { setTimeout as sleep } from "node:timers/promises";
import type { Kysely, Transaction } from "kysely";
import { StoreAway } from "../../ports/store-away.ts";
import type { Tables } from "./tables.ts";

/** The database has undone a transaction because another one was in its way: the same again may succeed at once. */
export class TransactionConflict extends StoreAway {}

const ATTEMPTS = 5;
/** Two that are in each other's way are not to try again at the same moment, in milliseconds. */
const LONGEST_WAIT_MS = 50;

/**
 * Does it in one transaction, whole or not at all; `act` is called again where another transaction was in the way.
 * @throws StoreAway, StorageError, and what `act` throws
 */
export async function inTransaction<T>(
  db: Kysely<Tables>,
  act: (transaction: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(act);
    } catch (error) {
      if (!(error instanceof TransactionConflict) || attempt === ATTEMPTS) throw error;
    }
    await sleep(Math.random() * LONGEST_WAIT_MS);
  }
}
