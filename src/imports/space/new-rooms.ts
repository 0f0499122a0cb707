import type { LinkTarget } from "../../matrix/message-link.ts";
import type { ImportJournal } from "../../ports/import-journal.ts";
import type { OtherRooms } from "../plan/plan.ts";
import { idsOfRoom, type SourceRoom } from "./space-rooms.ts";

/** The new rooms of an import, by what they were called in their source. */
export interface NewRooms extends OtherRooms {
  readonly via: string;
  set(room: SourceRoom, roomId: string): void;
  /** undefined: it is none of these rooms */
  get(sourceId: string): string | undefined;
  /** once all are made */
  idOf(room: SourceRoom): string;
}

/** @param via the homeserver, by which the rooms are found */
export function newRooms(
  via: string,
  rooms: readonly SourceRoom[],
  journalOf: (room: SourceRoom) => ImportJournal,
): NewRooms {
  const made = new Map<string, string>();
  const byName = new Map(
    rooms.flatMap((room) => [...idsOfRoom(room), ...room.aliases].map((name) => [name, room] as const)),
  );
  return {
    via,
    set(room, roomId) {
      for (const id of idsOfRoom(room)) made.set(id, roomId);
    },
    get: (sourceId) => made.get(sourceId),
    idOf({ roomId: sourceId }) {
      const roomId = made.get(sourceId);
      if (roomId === undefined) throw new Error("a room was not made");
      return roomId;
    },
    async find(name, eventId): Promise<LinkTarget | undefined> {
      const room = byName.get(name);
      const roomId = room && made.get(room.roomId);
      if (roomId === undefined) return undefined;
      const entry = eventId === undefined ? undefined : await journalOf(room as SourceRoom).find(eventId);
      return { roomId, via, ...(entry?.newId && { eventId: entry.newId }) };
    },
  };
}
