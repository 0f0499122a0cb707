import { isEmbedded, type Database } from "./database.ts";
import { sealing } from "./sealing.ts";
import { connectSqlite } from "./sqlite/sqlite.ts";
import { lockSqlite } from "./sqlite/sqlite-lock.ts";

/**
 * The database of a `sqlite:PATH` or `postgres://…` URL, as it stands: `migrate` comes first. A file is opened at once, a server
 * spoken to when it is needed.
 * @param secret of the service: what people wrote is sealed with it. Not needed for what reads and writes nothing of that
 * @throws Error where the file cannot be opened
 */
export async function connectDatabase(url: string, secret = ""): Promise<Database> {
  const sealed = sealing(secret);
  if (isEmbedded(url)) return connectSqlite(url.slice("sqlite:".length), sealed);
  // most have a file, and need none of what speaks with a server
  const { connectPostgres } = await import("./postgres/postgres.ts");
  return connectPostgres(url, sealed);
}

/** The same, for this process alone where it is a file. @throws Error where another process has it */
export async function ownDatabase(url: string, secret: string): Promise<Database> {
  if (!isEmbedded(url)) return await connectDatabase(url, secret);
  const letGo = lockSqlite(url.slice("sqlite:".length));
  try {
    const database = await connectDatabase(url, secret);
    return {
      ...database,
      async close() {
        await database.close();
        letGo();
      },
    };
  } catch (error) {
    letGo();
    throw error;
  }
}

/** As `connectDatabase`, with its tables brought up to date. @throws Error */
export async function openDatabase(url: string): Promise<Database> {
  const database = await connectDatabase(url);
  try {
    await database.migrate();
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
