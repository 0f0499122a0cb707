import type { Tree } from "./tree.ts";

/** So many messages and changes stand in a part of a conversation: what is built and taken away at once. */
export const PART_ITEMS = 40;

/** What is in an opened file. */
export type OpenedFile = { kind: "room"; room: RoomLook } | { kind: "collection"; collection: CollectionLook };

/** A room that is open. */
export interface RoomLook {
  name: string | null;
  topic: string | null;
  /** SHA-256 of its picture, where the bundle holds one */
  picture: string | undefined;
  parts: number;
  /** first and last day of its messages in the reader's time zone, as `2026-11-22`; null: there are none */
  days: { first: string; last: string } | null;
  /** events whose ciphertext nobody has opened yet; 0 also where some were, and the bundle is decrypted */
  sealed: number;
  /** what stands above the first message */
  overview: Tree[];
}

/** Rooms in a collection, as its index lists them. */
export interface CollectionLook {
  serverName: string;
  exportedAt: string;
  rooms: { name: string | null; roomId: string; events: number; mediaFiles: number; complete: boolean }[];
  /** rooms that it does not hold */
  missing: number;
}

export interface Part {
  items: Tree[];
  /** when the item before it was sent, milliseconds since the epoch; null: it is the first one */
  before: number | null;
}

export interface Hit {
  item: number;
  /** milliseconds since the epoch */
  ts: number;
  name: string;
  /** the text around what was found; `isFound`: it is that */
  pieces: { text: string; isFound: boolean }[];
}

/** The first hits, in order, of all. */
export interface Hits {
  total: number;
  hits: Hit[];
}
