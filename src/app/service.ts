import type { AddressInfo } from "node:net";
import { inbox as databaseInbox } from "../adapters/database/stores/inbox.ts";
import { InboxLoop } from "../appservice/inbox-loop.ts";
import { MissedCommands } from "../appservice/missed-commands.ts";
import type { Registration } from "../config/registration.ts";
import type { Config } from "../config/schema.ts";
import { DatabaseStart } from "./database-start.ts";
import { openContext, type ServiceContext } from "./context.ts";
import { listen, type OpenListener } from "../http/listeners.ts";
import { jobRunner, jobTable } from "./features/job-kinds.ts";
import { JobWatch } from "../jobs/job-watch.ts";
import { listenerApplication, type ListenerParts } from "./listener-application.ts";
import { requireInTime } from "../exports/scheduled/overdue.ts";
import { errorFields, type Logger } from "../ports/logger.ts";
import { brokenBy } from "./run-until-stopped.ts";
import { keepUploadsSwept } from "../uploads/uploads.ts";
import { keepIntroducing, watchHomeserver, watchReachability } from "./homeserver-start.ts";
import { createServiceAdministration } from "./features/create-administration.ts";
import { createAudit } from "./features/create-audit.ts";
import { createOperations } from "./features/create-operations.ts";
import { createRooms } from "./features/create-rooms.ts";
import { createBot } from "./features/create-bot.ts";
import { createScheduler } from "./features/create-scheduler.ts";
import { createFeed } from "./features/create-feed.ts";
import { createHomeserverCheck } from "./features/create-homeserver-check.ts";

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
/** Commands and invitations that the bot works on side by side, each of another user. */
const COMMANDS_AT_ONCE = 16;

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
  const { config, registration, settings, serviceUser, storage, metrics, logger } = context;
  const { store, database, retention, spools, sweeps, uploadFiles, keys, clock } = context;
  const stopping = new AbortController();
  const watch = new JobWatch();
  const table = jobTable(context);
  const runner = context.dispatch ? undefined : jobRunner(context, table, (job) => watch.tell(job));
  const rooms = createRooms(context, stopping.signal);
  const operations = createOperations(context, {
    ...{ table, watch, runner, access: rooms.access },
    close: rooms.operations.close,
  });
  const audit = createAudit(context);
  const feed = createFeed(context, stopping.signal);
  const bot = createBot(context, operations, rooms.operations, audit.reading, stopping.signal);
  const inbox = databaseInbox(database, clock);
  const inboxLoop = new InboxLoop(inbox, bot, logger, { atOnce: COMMANDS_AT_ONCE });

  const start = new DatabaseStart(context, stopping.signal);
  // a file that cannot be used is no matter of waiting; one that is only busy is
  if (runner) await start.attempt();
  let introduced = false;
  const reachability = watchReachability(settings, registration, stopping.signal);
  const missed = new MissedCommands({
    homeserver: context.homeserver.asService(stopping.signal).writer,
    inbox,
    arrived: () => inboxLoop.wake(),
    clock,
    logger,
  });
  // what a homeserver had not pushed yet when it ended, it may never push
  const afterGap = (): void => {
    feed.recorder.lookAtAll();
    missed.lookAround();
  };
  const homeserverCheck = createHomeserverCheck(context, stopping.signal);
  const homeserverWatch = watchHomeserver(settings, stopping.signal, () => {
    reachability.wake();
    homeserverCheck.wake();
    afterGap();
  });
  const readiness = {
    homeserver: () => homeserverWatch.checkAnswer(),
    appservice: async () => {
      await homeserverWatch.checkRegistration();
      reachability.check();
    },
    service_user: async () => {
      if (!introduced) throw new Error(`${serviceUser} is not registered with the homeserver yet`);
    },
    configuration: async () => {
      // before, what is missing is said by the others
      if (introduced) await homeserverCheck.checkDemands();
    },
    storage: () => storage.check(),
    database: () => start.check(),
  };
  const listening = await openListeners({
    config,
    registration,
    settings,
    permissionOf: context.permissionOf,
    operations,
    audit: audit.reading,
    tokenFailures: audit.tokenFailures,
    rooms,
    administration: createServiceAdministration(context, homeserverCheck),
    inbox,
    feed,
    arrived: () => inboxLoop.wake(),
    startedOver: afterGap,
    reachability,
    importing: () => store.importing(),
    readiness,
    watched: { schedules: async () => requireInTime(await context.standings()) },
    keys,
    metrics: metrics.page,
    workFolder: storage.work.path,
    space: storage.space,
    logger,
  });

  let sweeping: Promise<unknown> = Promise.resolve();
  let scheduling: Promise<unknown> = Promise.resolve();
  let looking: Promise<unknown> = Promise.resolve();
  const working = start.ready().then(async () => {
    const resumed = runner ? await start.patiently(() => store.requeueRunning()) : 0;
    if (resumed > 0) logger.info({ jobs: resumed }, "jobs resume where they stood");
    await start.patiently(() => keys.signer());
    await start.patiently(() => spools.sweep());
    const { signal } = stopping;
    sweeping = Promise.all([
      retention.keepSwept(signal),
      audit.retention.keepSwept(signal),
      keepUploadsSwept({ files: uploadFiles, times: sweeps, logger }, signal),
    ]);
    runner?.start();
    scheduling = createScheduler(context, operations.control, rooms.access).keepQueueing(signal);
  });
  let checking: Promise<unknown> = Promise.resolve();
  const introducing = keepIntroducing(settings, stopping.signal)
    .then(async () => {
      introduced = true;
      await working;
      checking = homeserverCheck.keepChecking().catch(() => undefined);
      await start.patiently(() => rooms.start());
      inboxLoop.wake();
      missed.lookAround();
      looking = missed.keepLooking(stopping.signal);
      await start.patiently(() => bot.resume());
      await start.patiently(() => feed.recorder.start());
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
      operations.control.stop();
      await working.catch(() => undefined);
      await Promise.all([
        ...listening.map((listener) => listener.close(LAST_REQUESTS_MS)),
        runner?.stop(),
        introducing.then(() => looking),
        watching,
        bot.stop(),
        inboxLoop.stop(),
        feed.recorder.stop(),
        rooms.stop(),
        sweeping,
        scheduling,
      ]);
      await checking;
      await context.close();
    },
  };
}

async function openListeners(doors: ListenerParts): Promise<OpenListener[]> {
  const { config, logger } = doors;
  const listening: OpenListener[] = [];
  try {
    for (const listener of config.listeners)
      listening.push(await listen(listener.port, listener.bind_address, listenerApplication(listener, doors)));
  } catch (error) {
    await Promise.all(listening.map((listener) => listener.close(0)));
    throw error;
  }
  for (const { address } of listening) logger.info({ address: address.address, port: address.port }, "listening");
  return listening;
}
