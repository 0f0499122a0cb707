import { indexLog } from "../adapters/database/stores/index-log.ts";
import { HomeserverClient } from "../adapters/homeserver/client.ts";
import { HomeserverIndexSource } from "../adapters/homeserver/index-source.ts";
import type { ServiceContext } from "./context.ts";
import { IndexFeed } from "../feed/index-feed.ts";
import { IndexKeeper } from "../feed/index-keeper.ts";
import { IndexedRooms } from "../feed/indexed-room.ts";

/** How long an indexer waits for a homeserver that is away before it is told so, in milliseconds. */
const READER_MS = 10_000;

/** What indexers are told, and who keeps it. */
export interface Index {
  feed: IndexFeed;
  keeper: IndexKeeper;
}

/** The feed for indexers; reads as the service user until the signal comes. */
export function createFeed(
  { settings, serviceUser, database, policies, audit, logger }: ServiceContext,
  signal: AbortSignal,
): Index {
  const { serverName, asToken } = settings;
  const about = { ...settings, accessToken: asToken, userId: serviceUser, signal };
  const log = indexLog(database.kysely);
  const source = (patienceMs?: number): HomeserverIndexSource =>
    new HomeserverIndexSource(
      new HomeserverClient({ ...about, ...(patienceMs !== undefined && { patienceMs }) }),
      serviceUser,
    );
  const rooms = (of: HomeserverIndexSource): IndexedRooms => new IndexedRooms(of, policies, serverName);
  const patient = source();
  const keeper = new IndexKeeper({ log, source: patient, rooms: rooms(patient), logger });
  const reading = source(READER_MS);
  return { keeper, feed: new IndexFeed({ log, keeper, source: reading, rooms: rooms(reading), audit, serverName }) };
}
