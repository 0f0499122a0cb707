import { loadConfig } from "../config/load.ts";
import { loadRegistration } from "../config/registration.ts";
import { openLog } from "./log.ts";
import { runUntilStopped } from "./run-until-stopped.ts";
import { startService } from "./service.ts";
import { startWorker } from "./worker.ts";

/**
 * Runs the service until SIGTERM or Ctrl-C; a second one ends it at once. Jobs that are interrupted go on at the next start.
 * @throws ConfigError; Error where a port or the database cannot be had
 */
export async function serve(configFile: string): Promise<void> {
  const config = await loadConfig(configFile);
  const registration = await loadRegistration(config.registration);
  const logger = openLog(config.logging.level);
  await runUntilStopped(() => startService(config, registration, logger), logger);
}

/**
 * Runs a worker in the same way; what it works on goes to others.
 * @throws ConfigError; Error where the database is SQLite, or a port cannot be had
 */
export async function work(configFile: string): Promise<void> {
  const config = await loadConfig(configFile);
  const registration = await loadRegistration(config.registration);
  const logger = openLog(config.logging.level);
  await runUntilStopped(() => startWorker(config, registration, logger), logger);
}
