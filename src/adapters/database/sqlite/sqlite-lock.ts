import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { lockFile } from "../../storage/file-lock.ts";

/** What is beside the database file, and locked by the process that the database belongs to. */
const ENDING = "-lock";

/**
 * Takes a database file for this process, until it lets go or ends, however it ends. Who only reads the database, as a backup does,
 * need not ask.
 * @returns lets go
 * @throws Error where another process has it
 */
export function lockSqlite(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const letGo = lockFile(path + ENDING);
  if (letGo) return letGo;
  throw new Error(
    `another process is using the database ${path}: stop it first. One process at a time can use a SQLite database; several can share PostgreSQL (database.url)`,
  );
}
