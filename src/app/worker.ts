import type { RequestHandler } from "express";
import { isEmbedded } from "../adapters/database/database.ts";
import type { Registration } from "../config/registration.ts";
import type { Config } from "../config/schema.ts";
import { DatabaseStart } from "./database-start.ts";
import { openContext } from "./context.ts";
import { application } from "../http/application.ts";
import { listen, type OpenListener } from "../http/listeners.ts";
import { liveRoute } from "../http/endpoints/service/live.ts";
import { metricsRoute } from "../http/endpoints/service/metrics.ts";
import { readyRoute } from "../http/endpoints/service/ready.ts";
import { openRouter } from "../http/router.ts";
import { jobRunner, jobTable } from "./features/job-kinds.ts";
import type { Logger } from "../ports/logger.ts";
import { brokenBy } from "./run-until-stopped.ts";
import { watchHomeserver } from "./homeserver-start.ts";

export interface RunningWorker {
  /** rejects where it cannot go on */
  broken: Promise<never>;
  /** Hands back what it works on, for others to go on with. */
  stop(): Promise<void>;
}

const NEEDS_SERVER = "workers need PostgreSQL (database.url): with SQLite, `roomporter serve` runs the jobs itself";

/**
 * Starts a process that only runs jobs; any number of them can run beside `serve`, on any number of machines. Of its listeners it
 * opens those for `metrics` alone; /live and /ready are there too.
 * @throws Error where the database is none that processes can share, or the storage or a port cannot be had
 */
export async function startWorker(config: Config, registration: Registration, logger: Logger): Promise<RunningWorker> {
  if (isEmbedded(config.database.url)) throw new Error(NEEDS_SERVER);
  const context = await openContext(config, registration, true, logger);
  const { dispatch, retention, spools, settings, storage, metrics } = context;
  if (!dispatch) throw new Error(NEEDS_SERVER);
  const stopping = new AbortController();
  const database = new DatabaseStart(context, stopping.signal);
  // a worker has no door for the homeserver: nothing to be pinged
  const homeserver = watchHomeserver(settings, stopping.signal);
  const readiness = {
    homeserver: () => homeserver.checkAnswer(),
    appservice: () => homeserver.checkRegistration(),
    storage: () => storage.check(),
    database: () => database.check(),
  };
  let listening: OpenListener[];
  try {
    listening = await openListeners(config, logger, [
      openRouter([liveRoute(settings.serviceUser), readyRoute(readiness), metricsRoute(metrics.page)]),
    ]);
  } catch (error) {
    await context.close();
    throw error;
  }
  const runner = jobRunner(context, jobTable(context));
  let sweeping: Promise<void> = Promise.resolve();
  const working = database.ready().then(async () => {
    await database.patiently(() => spools.sweep());
    sweeping = retention.keepSwept(stopping.signal);
    runner.start();
    dispatch.listen(
      () => runner.free,
      () => runner.wake(),
    );
    logger.info({ worker: context.process }, "working");
  });
  const watching = homeserver.keepWatching(stopping.signal).catch(() => undefined);
  const broken = brokenBy(working, stopping.signal);
  broken.catch(() => undefined);
  return {
    broken,
    async stop() {
      stopping.abort();
      await working.catch(() => undefined);
      await Promise.all([runner.stop(), ...listening.map((listener) => listener.close(0)), sweeping, watching]);
      await context.close();
    },
  };
}

/** @throws Error where a port cannot be had */
async function openListeners(config: Config, logger: Logger, handlers: RequestHandler[]): Promise<OpenListener[]> {
  const app = application(
    handlers.map((handler) => ({ at: "/", handler })),
    logger,
  );
  const listening: OpenListener[] = [];
  try {
    for (const { port, bind_address, resources } of config.listeners)
      if (resources.every((resource) => resource === "metrics")) listening.push(await listen(port, bind_address, app));
    return listening;
  } catch (error) {
    await Promise.all(listening.map((listener) => listener.close(0)));
    throw error;
  }
}
