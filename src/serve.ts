import { once } from "node:events";
import { loadConfig } from "./config/load.ts";
import { loadRegistration } from "./config/registration.ts";
import { openLog } from "./log.ts";
import { startService } from "./service.ts";

/** What the process may take to end once it was told to, in milliseconds. */
const GRACE_MS = 9000;

/**
 * Runs the service until SIGTERM or Ctrl-C; a second one ends it at once. Jobs that are interrupted go on at the next start.
 * @throws ConfigError; Error where a port or the database cannot be had
 */
export async function serve(configFile: string): Promise<void> {
  const stopping = new AbortController();
  const told = Promise.race(["SIGTERM", "SIGINT"].map((name) => once(process, name, { signal: stopping.signal })));
  const config = await loadConfig(configFile);
  const logger = openLog(config.logging.level);
  const service = await startService(config, await loadRegistration(config.registration), logger);
  await told;
  stopping.abort();
  logger.info({}, "stopping");
  // whatever does not end in time is picked up by the next start, as after a crash
  setTimeout(() => process.exit(0), GRACE_MS).unref();
  await service.stop();
  logger.info({}, "stopped");
}
