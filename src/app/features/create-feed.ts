import { indexLog } from "../../adapters/database/stores/index-log.ts";
import { HomeserverClient } from "../../adapters/homeserver/client.ts";
import { HomeserverIndexSource } from "../../adapters/homeserver/index-source.ts";
import type { ServiceContext } from "../context.ts";
import { IndexFeed } from "../../feed/index-feed.ts";
import { IndexRecorder } from "../../feed/index-recorder.ts";
import { IndexedRooms } from "../../feed/indexed-room.ts";

/** How long an indexer waits for a homeserver that is away before it is told so, in milliseconds. */
const READER_MS = 10_000;

/** What indexers are told, and what records it. */
export interface RunningFeed {
  feed: IndexFeed;
  recorder: IndexRecorder;
}

/** The feed for indexers; reads as the service user until the signal comes. */
export function createFeed(
  { settings, serviceUser, database, policies, operate, capabilities, logger }: ServiceContext,
  signal: AbortSignal,
): RunningFeed {
  const { serverName, asToken } = settings;
  const about = { ...settings, accessToken: asToken, userId: serviceUser, signal };
  const log = indexLog(database.kysely);
  const source = (patienceMs?: number): HomeserverIndexSource =>
    new HomeserverIndexSource(
      new HomeserverClient({ ...about, ...(patienceMs !== undefined && { patienceMs }) }),
      serviceUser,
      async () => (await capabilities()).bundled_edits,
    );
  const rooms = (of: HomeserverIndexSource): IndexedRooms => new IndexedRooms(of, policies, serverName);
  const patient = source();
  const recorder = new IndexRecorder({ log, source: patient, rooms: rooms(patient), logger });
  const reading = source(READER_MS);
  return {
    recorder,
    feed: new IndexFeed({ log, recorder, source: reading, rooms: rooms(reading), operate, serverName }),
  };
}
