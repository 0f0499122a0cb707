import { closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { isBusy } from "../database/sqlite/sqlite-failure.ts";

/**
 * Locks a file, made where it is missing, until this process lets go or ends, however it ends: the system's own lock, taken in the
 * way of SQLite, for Node.js has no call for it. Nobody in this process may open the file otherwise: to close it would end the lock
 * (POSIX, "fcntl").
 * @returns lets go; undefined where somebody else has locked it
 */
export function lockFile(path: string): (() => void) | undefined {
  makeOnce(path);
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
  return () => lock.close();
}

function makeOnce(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}
