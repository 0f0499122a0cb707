import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { isBusy } from "./sqlite-failure.ts";

/** What is beside the database file, and locked by the process that the database belongs to. */
const ENDING = "-lock";

/**
 * Takes a database file for this process, until it lets go or ends, however it ends: the system's own lock on a file beside it,
 * in the way of SQLite. Who only reads the database, as a backup does, need not ask.
 * @returns lets go
 * @throws Error where another process has it
 */
export function lockSqlite(path: string): () => void {
  const file = path + ENDING;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  makeOnce(file);
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw new Error(
      `another process is using the database ${path}: stop it first. One process at a time can use a SQLite database; several can share PostgreSQL (database.url)`,
      { cause: error },
    );
  }
  return () => lock.close();
}

/** An existing file is not opened: to close it again would end the lock that this process may have on it (POSIX, "fcntl"). */
function makeOnce(file: string): void {
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}
