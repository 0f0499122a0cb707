import type { AddressInfo } from "node:net";
import { inbox as databaseInbox } from "../adapters/database/stores/inbox.ts";
import { InboxLoop } from "../appservice/inbox-loop.ts";
import type { Registration } from "../config/registration.ts";
import type { Config } from "../config/schema.ts";
import { DatabaseStart } from "./database-start.ts";
import { openContext, type ServiceContext } from "./context.ts";
import { listen, type Listening } from "../http/listeners.ts";
import { jobRunner } from "./job-kinds.ts";
import { AuditedPorter } from "../service/audited-porter.ts";
import { GdprDesk } from "../service/gdpr-desk.ts";
import { JobControl } from "../jobs/job-control.ts";
import { JobWatch } from "../jobs/job-watch.ts";
import { knownKeys } from "../requests/signed-by.ts";
import { RoomPorter } from "../service/room-porter.ts";
import { listenerApplication, type Doors } from "./listener-application.ts";
import { errorFields, type Logger } from "../ports/logger.ts";
import { brokenBy } from "./run-until-stopped.ts";
import { keepIntroducing, watchHomeserver, watchReachability } from "./homeserver-start.ts";
import { createAudit } from "./create-audit.ts";
import { createRooms } from "./create-rooms.ts";
import { createBot } from "./create-bot.ts";
import { createFeed } from "./create-feed.ts";

export interface RunningService {
  /** of the listeners, in the order of the configuration */
  addresses: AddressInfo[];
  /** rejects where it cannot go on */
  broken: Promise<never>;
  /** Ends requests and interrupts jobs, which go on at the next start. */
  stop(): Promise<void>;
}

/** What a request under way may still take when the service stops, in milliseconds. */
const LAST_REQUESTS_MS = 3000;

/**
 * Puts the service together and starts it. It answers at once; `/ready` says when the homeserver and the database are there too.
 * On SQLite it also runs the jobs; on PostgreSQL workers do.
 * @throws Error where the database's file, the storage or a port cannot be had
 */
export async function startService(
  config: Config,
  registration: Registration,
  logger: Logger,
): Promise<RunningService> {
  const context = await openContext(config, registration, false, logger);
  try {
    return await openService(context);
  } catch (error) {
    await context.close();
    throw error;
  }
}

async function openService(context: ServiceContext): Promise<RunningService> {
  const { config, registration, settings, serviceUser, homeserver, exporter, storage, metrics, logger } = context;
  const { store, endings, database, keeping, spools, keys, clock } = context;
  const stopping = new AbortController();
  const watch = new JobWatch();
  const runner = context.dispatch ? undefined : jobRunner(context, (job) => watch.tell(job));
  const desk = new JobControl({ store, endings, watch, runner });
  const rooms = createRooms(context, stopping.signal);
  const roomPorter = new RoomPorter({
    store,
    desk,
    jobsPerUser: config.limits.jobs_per_user,
    bundles: storage.bundles,
    homeserver,
    exporter,
    serverName: settings.serverName,
    permissions: config.permissions,
    workspaces: config.workspaces,
    policies: context.policies,
    knownKeys: () => knownKeys(keys, settings.serverName, config.import.trusted_keys),
    access: rooms.access,
    meter: metrics.jobs,
  });
  const porter = new AuditedPorter(roomPorter, context.audit);
  const audit = createAudit(context);
  const index = createFeed(context, stopping.signal);
  const bot = createBot(context, porter, rooms.keeper, audit.desk, stopping.signal);
  const inbox = databaseInbox(database, clock);
  const inboxLoop = new InboxLoop(inbox, bot, logger);

  const start = new DatabaseStart(context, stopping.signal);
  // a file that cannot be used is no matter of waiting; one that is only busy is
  if (runner) await start.attempt();
  let introduced = false;
  const reachability = watchReachability(settings, registration, stopping.signal);
  const homeserverWatch = watchHomeserver(settings, stopping.signal, () => reachability.wake());
  const readiness = {
    homeserver: () => homeserverWatch.checkAnswer(),
    appservice: async () => {
      await homeserverWatch.checkRegistration();
      reachability.check();
    },
    service_user: async () => {
      if (!introduced) throw new Error(`${serviceUser} is not registered with the homeserver yet`);
    },
    storage: () => storage.bundles.check(),
    database: () => start.check(),
  };
  const listening = await openListeners({
    config,
    registration,
    settings,
    porter,
    audit: audit.desk,
    tokenFailures: audit.tokenFailures,
    rooms,
    inbox,
    index,
    gdpr: new GdprDesk({ store, desk, audit: context.audit }),
    arrived: () => inboxLoop.wake(),
    reachability,
    importing: () => store.importing(),
    readiness,
    keys,
    metrics: metrics.page,
    workFolder: storage.work.path,
    space: storage.space,
    clock,
    logger,
  });

  let sweeping: Promise<unknown> = Promise.resolve();
  const working = start.ready().then(async () => {
    const resumed = runner ? await start.patiently(() => store.requeueRunning()) : 0;
    if (resumed > 0) logger.info({ jobs: resumed }, "jobs go on where they stood");
    await start.patiently(() => keys.signer());
    await start.patiently(() => spools.sweep());
    const { signal } = stopping;
    sweeping = Promise.all([keeping.keepSwept(signal), audit.keeping.keepSwept(signal)]);
    runner?.start();
  });
  const introducing = keepIntroducing(settings, stopping.signal)
    .then(async () => {
      introduced = true;
      await working;
      await start.patiently(() => rooms.start());
      inboxLoop.wake();
      await start.patiently(() => bot.resume());
      await start.patiently(() => index.keeper.start());
    })
    .catch((error: unknown) => {
      if (!stopping.signal.aborted) logger.error(errorFields(error), "the bot could not go on where it stood");
    });
  const watching = Promise.allSettled([
    homeserverWatch.keepWatching(stopping.signal),
    reachability.keepPinging(stopping.signal),
  ]);
  void Promise.all([reachability.reached, introducing]).then(() => {
    if (!stopping.signal.aborted) logger.info({ homeserver: settings.url }, `ready as ${serviceUser}`);
  });
  const broken = brokenBy(working, stopping.signal);
  broken.catch(() => undefined);

  return {
    addresses: listening.map(({ address }) => address),
    broken,
    async stop() {
      stopping.abort();
      desk.stop();
      await working.catch(() => undefined);
      await Promise.all([
        ...listening.map((listener) => listener.close(LAST_REQUESTS_MS)),
        runner?.stop(),
        introducing,
        watching,
        bot.stop(),
        inboxLoop.stop(),
        index.keeper.stop(),
        rooms.stop(),
        sweeping,
      ]);
      await audit.tokenFailures.stop();
      await context.close();
    },
  };
}

async function openListeners(doors: Doors): Promise<Listening[]> {
  const { config, logger } = doors;
  const listening: Listening[] = [];
  try {
    for (const { port, bind_address, resources } of config.listeners)
      listening.push(await listen(port, bind_address, listenerApplication(resources, doors)));
  } catch (error) {
    await Promise.all(listening.map((listener) => listener.close(0)));
    throw error;
  }
  for (const { address } of listening) logger.info({ address: address.address, port: address.port }, "listening");
  return listening;
}
