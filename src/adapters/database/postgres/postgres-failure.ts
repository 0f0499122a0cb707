import { StorageError } from "../../../ports/storage-error.ts";
import { StoreAway } from "../../../ports/store-away.ts";
import { TransactionConflict } from "../in-transaction.ts";

// SQLSTATE: PostgreSQL, "Error Codes"
/**
 * Connection exceptions; out of memory, too many connections; shut down, crashed, starting up; a standby that takes no writes; a
 * transaction that was left alone for too long, which ends its connection.
 */
const AWAY = /^(?:08...|53200|53300|57P0[1-5]|25006|25P03)$/;
/** A lock that was not to be had in `lock_timeout`, a statement that took longer than `statement_timeout`. */
const BUSY = new Set(["55P03", "57014"]);
const CONFLICT = new Set(["40001", "40P01"]);
const DISK_FULL = "53100";
/** What Node calls a connection that was never made, or broke. */
const SYSTEM = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "ENOENT",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);
/** What `pg` says without a code. */
const WORDS =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered)/;

/** Does this error of `pg` mean that the connection is of no more use: the server is away, and may come back? */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isAway);
  if ("code" in error && typeof error.code === "string") return AWAY.test(error.code) || SYSTEM.has(error.code);
  return WORDS.test(error.message);
}

/**
 * What an error of `pg` means: StoreAway where the server is away or busy, TransactionConflict where the same transaction may
 * succeed at once, StorageError where its disk is full, else the error itself.
 */
export function postgresFailure(error: unknown): unknown {
  if (isAway(error)) return new StoreAway(error);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (CONFLICT.has(code)) return new TransactionConflict(error);
  if (BUSY.has(code)) return new StoreAway(error);
  return code === DISK_FULL ? new StorageError("full", "the database's disk is full", { cause: error }) : error;
}
