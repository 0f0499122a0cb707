import { existsSync } from "node:fs";
import { isEmbedded } from "./database.ts";
import { connectDatabase } from "./open.ts";
import { sweepTimes } from "./stores/sweep-times.ts";

/**
 * Says that the clock is right, so that retention goes on; beside a running service too.
 * @returns the time that was confirmed, in milliseconds since the epoch
 * @throws Error where there is no database
 */
export async function confirmClock(url: string): Promise<number> {
  if (isEmbedded(url) && !existsSync(url.slice("sqlite:".length)))
    throw new Error(`there is no database at ${url}: the service has never run`);
  const database = await connectDatabase(url);
  try {
    return await sweepTimes(database).confirm();
  } finally {
    await database.close();
  }
}
