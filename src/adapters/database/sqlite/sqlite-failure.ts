import { StorageError } from "../../../ports/storage-error.ts";
import { StoreAway } from "../../../ports/store-away.ts";

/** Primary result codes (SQLite, "Result and Error Codes"); extended ones have them in their lowest byte. */
const BUSY = 5;
const LOCKED = 6;
const FULL = 13;
/** The index of the write-ahead log could not be made larger: the only cause is the disk. */
const IOERR_SHMSIZE = 4874;

/** Does another process, or another connection, hold the file at present? */
export function isBusy(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && [BUSY, LOCKED].includes(code & 0xff);
}

/** What an error of `node:sqlite` means: StoreAway where the file is busy, StorageError where the disk is full, else the error itself. */
export function sqliteFailure(error: unknown): unknown {
  if (isBusy(error)) return new StoreAway(error);
  const code = codeOf(error);
  if (code === undefined || !((code & 0xff) === FULL || code === IOERR_SHMSIZE)) return error;
  return new StorageError("full", "the database's disk is full", { cause: error });
}

function codeOf(error: unknown): number | undefined {
  const isOfSqlite = error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR";
  return isOfSqlite && "errcode" in error && typeof error.errcode === "number" ? error.errcode : undefined;
}
