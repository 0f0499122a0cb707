import type { RoomReader } from "./homeserver.ts";

/** What a server administrator may read. */
export interface HomeserverAdmin {
  /** Ids of all rooms that the homeserver knows. @throws HomeserverError */
  rooms(): Promise<string[]>;
  /** Reads any room whole, whoever is in it. */
  reader: RoomReader;
}
