import { HomeserverError, type RoomWriter } from "../ports/homeserver/homeserver.ts";
import { TIMER, type Timer } from "../ports/timer.ts";

/** A room in the making, which bears a mark by which it is found again. */
export interface Making {
  /** it was begun before: there may be a room already */
  begun: boolean;
  create(): Promise<string>;
  /** does this room, which the service user is in, bear the mark? */
  isIt(roomId: string): Promise<boolean>;
}

/** Rooms that are looked at side by side when one has to be found again. */
const SEARCH_WIDTH = 10;
/** Attempts at making a room while the homeserver fails. */
const CREATIONS = 5;
/** Waits before each search for a room that may be in the making, in milliseconds: making one takes well under a second. */
const SEARCH_AFTER_MS = [250, 750, 2000];

/**
 * Makes a room, or finds the one that an interrupted attempt has made: `POST /createRoom` cannot be repeated safely.
 * @throws HomeserverError
 */
export async function makeOnce(
  writer: RoomWriter,
  making: Making,
  signal: AbortSignal,
  timer: Timer = TIMER,
): Promise<string> {
  const found = making.begun ? await soonFound(writer, making.isIt, signal, timer) : undefined;
  return found ?? (await create(writer, making, signal, timer));
}

async function create(writer: RoomWriter, making: Making, signal: AbortSignal, timer: Timer): Promise<string> {
  for (let tries = 1; ; tries++) {
    try {
      return await making.create();
    } catch (error) {
      const answered = error instanceof HomeserverError && error.status !== 0 && error.status < 500;
      if (answered || !(error instanceof HomeserverError) || tries === CREATIONS) throw error;
    }
    const found = await soonFound(writer, making.isIt, signal, timer);
    if (found !== undefined) return found;
  }
}

/** A call whose answer was lost may still be making the room: it is looked for a while before another one is made. */
export async function soonFound(
  writer: RoomWriter,
  isIt: Making["isIt"],
  signal: AbortSignal,
  timer: Timer = TIMER,
): Promise<string | undefined> {
  for (const wait of SEARCH_AFTER_MS) {
    await timer.sleep(wait, signal);
    const found = await findJoined(writer, isIt);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The first room that the service user is in and that `isIt` knows. */
export async function findJoined(writer: RoomWriter, isIt: Making["isIt"]): Promise<string | undefined> {
  const rooms = await writer.joinedRooms();
  for (let start = 0; start < rooms.length; start += SEARCH_WIDTH) {
    const some = rooms.slice(start, start + SEARCH_WIDTH);
    const at = (await Promise.all(some.map(isIt))).indexOf(true);
    if (at >= 0) return some[at];
  }
  return undefined;
}
