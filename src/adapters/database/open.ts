import { isEmbedded, type Database } from "./database.ts";
import { connectPostgres } from "./postgres.ts";
import { sealing } from "./sealing.ts";
import { connectSqlite } from "./sqlite.ts";

/**
 * The database of a `sqlite:PATH` or `postgres://…` URL, as it stands: `migrate` comes first. A file is opened at once, a server
 * spoken to when it is needed.
 * @param secret of the service: what people wrote is sealed with it. Not needed for what reads and writes nothing of that
 * @throws Error where the file cannot be opened
 */
export function connectDatabase(url: string, secret = ""): Database {
  const sealed = sealing(secret);
  return isEmbedded(url) ? connectSqlite(url.slice("sqlite:".length), sealed) : connectPostgres(url, sealed);
}

/** The same, with its tables brought up to date. @throws Error */
export async function openDatabase(url: string): Promise<Database> {
  const database = connectDatabase(url);
  try {
    await database.migrate();
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
