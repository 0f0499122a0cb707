import { once } from "node:events";
import type { Logger } from "../ports/logger.ts";

/** What the process may take to end once it was told to, in milliseconds. */
const GRACE_MS = 9000;

/** Rejects where what goes on in the background fails before the signal comes; resolves never. */
export async function brokenBy(background: Promise<void>, stopping: AbortSignal): Promise<never> {
  try {
    await background;
  } catch (error) {
    if (!stopping.aborted) throw error;
  }
  return new Promise<never>(() => undefined);
}

/** Starts something and stops it at SIGTERM or Ctrl-C; rejects where it breaks before. */
export async function runUntilStopped(
  start: () => Promise<{ broken: Promise<never>; stop(): Promise<void> }>,
  logger: Logger,
): Promise<void> {
  const stopping = new AbortController();
  const told = Promise.race(["SIGTERM", "SIGINT"].map((name) => once(process, name, { signal: stopping.signal })));
  const running = await start();
  try {
    await Promise.race([told, running.broken]);
  } finally {
    stopping.abort();
    told.catch(() => undefined);
    logger.info({}, "stopping");
    // whatever does not end in time is resumed by others, or at the next start, as after a crash
    setTimeout(() => process.exit(0), GRACE_MS).unref();
    await running.stop();
    logger.info({}, "stopped");
  }
}
