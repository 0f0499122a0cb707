import type { LeftOut } from "../collection/left-out.ts";

/** What a room says of the rooms before and after it, to somebody who may read it. */
export interface RoomLinks {
  /** the room that it took the place of (`m.room.create`) */
  predecessor: string | undefined;
  /** the room that took its place (`m.room.tombstone`) */
  replacement: string | undefined;
  /** nothing more is to be told of what lies before it: it is incognito or closed */
  ends: boolean;
}

/** More upgrades than any room lives through. */
const MOST_PREDECESSORS = 100;

/**
 * The predecessors of a room, the latest first, as far as each says that it was replaced by the room that names it: anybody can name any
 * room as the predecessor of theirs. What is named and not followed is left out with the reason.
 * @param linksOf undefined where the requester or the reader has never been in that room
 */
export async function walkPredecessors(
  roomId: string,
  linksOf: (roomId: string) => Promise<RoomLinks | undefined>,
): Promise<{ rooms: string[]; leftOut: LeftOut[] }> {
  const rooms: string[] = [];
  const seen = new Set([roomId]);
  let successor = roomId;
  let links = await linksOf(roomId);
  for (;;) {
    const named = links?.ends === false ? links.predecessor : undefined;
    if (named === undefined || seen.has(named)) return { rooms, leftOut: [] };
    const stop = (code: LeftOut["code"]): Awaited<ReturnType<typeof walkPredecessors>> => ({
      rooms,
      leftOut: [{ room_id: named, code }],
    });
    if (rooms.length === MOST_PREDECESSORS) return stop("too_many_predecessors");
    links = await linksOf(named);
    if (!links) return stop("never_joined");
    if (links.replacement !== successor) return stop("not_replaced");
    seen.add(named);
    rooms.push(named);
    successor = named;
  }
}
