import type { JsonObject } from "../../matrix/json.ts";

/** A room as the hierarchy of a space shows it. */
export interface HierarchyRoom {
  room_id: string;
  /** `m.room.create`'s type, such as `m.space` */
  type: string | null;
  /** of a space: the stripped `m.space.child` events that have servers in `via` */
  children: SpaceChildEvent[];
}

export interface SpaceChildEvent {
  type: string;
  state_key: string;
  /** milliseconds since the epoch */
  origin_server_ts: number;
  content: JsonObject;
}

/** Spaces as one user sees them. */
export interface SpaceReader {
  /**
   * The space and the rooms below it that the homeserver shows to the user, each once, depth first (`GET /rooms/{roomId}/hierarchy`).
   * @param atMost so many rooms are enough
   * @throws HomeserverError (403 or 404 where the user may not know the space)
   */
  hierarchy(roomId: string, atMost: number): Promise<HierarchyRoom[]>;
  /** Ids of the rooms that the user is joined to. @throws HomeserverError */
  joinedRoomIds(): Promise<string[]>;
}
