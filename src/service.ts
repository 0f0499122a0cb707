import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { sql } from "kysely";
import { homeserverAccess, type HomeserverSettings } from "./adapters/homeserver/access.ts";
import { botHomeserver } from "./adapters/homeserver/bot-homeserver.ts";
import { HomeserverClient } from "./adapters/homeserver/client.ts";
import { HomeserverMediaSource } from "./adapters/homeserver/media-source.ts";
import { HomeserverMediaTarget } from "./adapters/homeserver/media-target.ts";
import { HomeserverReader } from "./adapters/homeserver/room-reader.ts";
import { HomeserverWriter } from "./adapters/homeserver/room-writer.ts";
import { botMemory } from "./adapters/database/bot-memory.ts";
import { importJournal } from "./adapters/database/import-journal.ts";
import { inbox as databaseInbox } from "./adapters/database/inbox.ts";
import { jobStore } from "./adapters/database/job-store.ts";
import { openDatabase } from "./adapters/database/open.ts";
import { diskBundleStore } from "./adapters/storage/disk-bundle-store.ts";
import { emptyWorkFolder } from "./adapters/storage/work-folder.ts";
import { InboxLoop } from "./appservice/inbox-loop.ts";
import { Bot } from "./bot/bot.ts";
import type { Registration } from "./config/registration.ts";
import type { Config } from "./config/schema.ts";
import { listen, type Listening } from "./http/listeners.ts";
import { permissionOf } from "./jobs/access.ts";
import { releaseBundle, sweepBundles } from "./jobs/bundle-keeping.ts";
import { JobRunner } from "./jobs/job-runner.ts";
import { keptExport } from "./jobs/kept-export.ts";
import { queuedImport } from "./jobs/queued-import.ts";
import { roomExporter } from "./jobs/room-exporter.ts";
import { RoomPorter } from "./jobs/room-porter.ts";
import { leaveUnfinishedRoom } from "./jobs/unfinished-room.ts";
import { listenerApplication } from "./listener-application.ts";
import { errorFields, type Logger } from "./ports/logger.ts";
import { checkHomeserver, keepIntroducing } from "./service-user.ts";
import { VERSION } from "./version.ts";

export interface RunningService {
  /** of the listeners, in the order of the configuration */
  addresses: AddressInfo[];
  /** Ends requests and interrupts jobs, which go on at the next start. */
  stop(): Promise<void>;
}

/** What a request under way may still take when the service stops, in milliseconds. */
const LAST_REQUESTS_MS = 3000;
/** How long the room of an unfinished import is tried to be left, in milliseconds. */
const RELEASE_MS = 10_000;

const clock = { now: () => Date.now() };

/**
 * Puts the service together and starts it. It answers at once; `/ready` says when the homeserver is there too.
 * @throws Error where the database, the storage or a port cannot be had
 */
export async function startService(
  config: Config,
  registration: Registration,
  logger: Logger,
): Promise<RunningService> {
  const serverName = config.homeserver.server_name;
  const serviceUser = `@${registration.sender_localpart}:${serverName}`;
  const settings: HomeserverSettings = {
    url: config.homeserver.url,
    serverName,
    asToken: registration.as_token,
    serviceUser,
    logger,
  };
  const stopping = new AbortController();

  // what lasts
  const db = await openDatabase(config.database.url);
  const store = jobStore(db, clock);
  const inbox = databaseInbox(db, clock);
  const bundles = await diskBundleStore(join(config.storage.path, "bundles"));
  const workFolder = await emptyWorkFolder(join(config.storage.path, "work"));
  await sweepBundles(bundles, store);

  // the product
  const homeserver = homeserverAccess(settings);
  const generator = `roomporter/${VERSION}`;
  const exporter = roomExporter({ serverName, serviceUser, spoolDir: workFolder, generator, clock, logger });
  const runner = new JobRunner({
    store,
    work: {
      export: keptExport({ exporter, homeserver, bundles, spoolDir: workFolder }),
      import: queuedImport({
        homeserver,
        bundles,
        journalOf: (jobId) => importJournal(db, jobId),
        roomVersion: config.import.room_version,
        labelStyle: config.import.author_label,
        clock,
      }),
    },
    async release(job) {
      await releaseBundle(bundles, job);
      await leaveUnfinishedRoom(homeserver.asService(AbortSignal.timeout(RELEASE_MS)).writer, job);
    },
    atOnce: config.limits.concurrent_jobs,
    logger,
  });
  const { permissions, workspaces } = config;
  const porter = new RoomPorter({ store, runner, bundles, homeserver, exporter, serverName, permissions, workspaces });

  // the bot
  const asBot = new HomeserverClient({
    ...settings,
    accessToken: settings.asToken,
    userId: serviceUser,
    signal: stopping.signal,
  });
  const bot = new Bot({
    porter,
    homeserver: botHomeserver(asBot, new HomeserverWriter(asBot, serviceUser)),
    reader: new HomeserverReader(asBot, serviceUser),
    mediaSource: new HomeserverMediaSource(asBot, serverName),
    mediaTarget: new HomeserverMediaTarget(asBot),
    memory: botMemory(db, clock),
    permissionOf: (userId) => permissionOf(permissions, userId),
    logger,
    temporaryFolder: workFolder,
    largestBundle: config.limits.upload_size,
  });
  const inboxLoop = new InboxLoop(inbox, bot, logger);

  // the doors
  let introduced = false;
  const readiness = {
    homeserver: () => checkHomeserver(settings),
    service_user: async () => {
      if (!introduced) throw new Error(`${serviceUser} is not registered with the homeserver yet`);
    },
    database: async () => {
      await sql`select 1`.execute(db);
    },
  };
  const doors = {
    config,
    registration,
    settings,
    porter,
    inbox,
    arrived: () => inboxLoop.wake(),
    readiness,
    workFolder,
    clock,
    logger,
  };
  const listening: Listening[] = [];
  try {
    for (const { port, bind_address, resources } of config.listeners)
      listening.push(await listen(port, bind_address, listenerApplication(resources, doors)));
  } catch (error) {
    await Promise.all(listening.map((listener) => listener.close(0)));
    await db.destroy();
    throw error;
  }
  for (const { address } of listening) logger.info({ address: address.address, port: address.port }, "listening");

  await runner.start();
  const introducing = keepIntroducing(settings, stopping.signal)
    .then(async () => {
      introduced = true;
      inboxLoop.wake();
      await bot.resume();
    })
    .catch((error: unknown) => {
      if (!stopping.signal.aborted) logger.error(errorFields(error), "the bot could not go on where it stood");
    });

  return {
    addresses: listening.map(({ address }) => address),
    async stop() {
      stopping.abort();
      await Promise.all([
        ...listening.map((listener) => listener.close(LAST_REQUESTS_MS)),
        runner.stop(),
        introducing,
        bot.stop(),
        inboxLoop.stop(),
      ]);
      await db.destroy();
    },
  };
}
