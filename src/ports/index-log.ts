import type { IndexPointer } from "../policy/indexable.ts";

/** How far the log of the feed goes. */
export interface IndexHead {
  /** of this log: another database has another one */
  id: string;
  /** of the newest entry; 0 where there is none yet */
  position: number;
}

/** Something that indexers may have to hear of. */
export interface IndexEntry {
  position: number;
  room_id: string;
  /** the event that it is about; null: the whole room is to be removed; undefined: nothing that an indexer can know of */
  subject: string | null | undefined;
}

export interface IndexedRoom {
  /** what happens there is recorded; false: nothing is */
  open: boolean;
  /** the newest event up to which the whole timeline was looked through */
  mark: string | null;
}

/**
 * The durable log behind the feed for indexers: pointers to events, in the order in which the service heard of them. Nothing is
 * recorded before somebody has asked for the feed. Every method can throw StoreAway.
 */
export interface IndexLog {
  /** undefined where nobody has asked for the feed yet */
  head(): Promise<IndexHead | undefined>;
  /** From now on it is recorded. */
  begin(): Promise<IndexHead>;
  /** Adds what is not known yet, for rooms that are open. Gives the rooms of which nothing is known. */
  append(pointers: readonly (IndexPointer & { room_id: string })[]): Promise<string[]>;
  room(roomId: string): Promise<IndexedRoom | undefined>;
  openRooms(): Promise<string[]>;
  /** Opens a room that is not open; its timeline was not looked through then. */
  open(roomId: string): Promise<void>;
  /** Shuts a room: what was recorded of it is forgotten, and where something could have been read, the log says so. */
  shut(roomId: string): Promise<void>;
  /** The timeline of an open room was looked through up to this event. */
  setMark(roomId: string, eventId: string): Promise<void>;
  /** The entries after a position, oldest first. */
  read(after: number, limit: number): Promise<IndexEntry[]>;
}
