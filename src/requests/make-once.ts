import { HomeserverError, type RoomWriter } from "../ports/homeserver/homeserver.ts";
import { TIMER, type Timer } from "../ports/timer.ts";

/** The rooms of the service user. */
export type OwnRooms = Pick<RoomWriter, "joinedRooms" | "leave" | "forget">;

/** A room in the making, which bears a mark by which it is found again. */
export interface Making {
  /** it was begun before: there may be a room already */
  begun: boolean;
  create(): Promise<string>;
  /** how far this room, which the service user is in, has come; undefined where it does not bear the mark */
  stageOf(roomId: string): Promise<Stage | undefined>;
}

/**
 * Homeservers store a new room's events one by one: Synapse `m.room.create`, the creator's join, and the rest in one go. Where it is
 * interrupted in between, the room has no rules and everybody in it may invite others.
 */
export type Stage = "unfinished" | "whole";

/** Rooms that are looked at side by side when one has to be found again. */
const SEARCH_WIDTH = 10;
/** Attempts at making a room while the homeserver fails. */
const CREATIONS = 5;
/** Waits before each search for a room that may be in the making, in milliseconds: making one takes well under a second. */
const SEARCH_AFTER_MS = [250, 750, 2000];

/**
 * Makes a room, or finds the one that an interrupted attempt has made: `POST /createRoom` cannot be repeated safely. What an
 * interrupted attempt has left unfinished is never given out as made: it is left and forgotten.
 * @throws HomeserverError
 */
export async function makeOnce(
  writer: OwnRooms,
  making: Making,
  signal: AbortSignal,
  timer: Timer = TIMER,
): Promise<string> {
  const found = making.begun ? await soonFound(writer, making.stageOf, signal, timer) : undefined;
  return found ?? (await create(writer, making, signal, timer));
}

async function create(writer: OwnRooms, making: Making, signal: AbortSignal, timer: Timer): Promise<string> {
  for (let tries = 1; ; tries++) {
    try {
      return await making.create();
    } catch (error) {
      const answered = error instanceof HomeserverError && error.status !== 0 && error.status < 500;
      // it may have refused one of the later events of the room
      if (answered && error.status !== 429) await keepWhole(writer, await findMarked(writer, making.stageOf));
      if (answered || !(error instanceof HomeserverError) || tries === CREATIONS) throw error;
    }
    const found = await soonFound(writer, making.stageOf, signal, timer);
    if (found !== undefined) return found;
  }
}

/**
 * A call whose answer was lost may still be making the room: it is looked for a while before another one is made. What is still
 * unfinished then is left and forgotten.
 */
export async function soonFound(
  writer: OwnRooms,
  stageOf: Making["stageOf"],
  signal: AbortSignal,
  timer: Timer = TIMER,
): Promise<string | undefined> {
  let found = new Map<string, Stage>();
  for (const wait of SEARCH_AFTER_MS) {
    await timer.sleep(wait, signal);
    found = await findMarked(writer, stageOf);
    if ([...found.values()].includes("whole")) break;
  }
  return await keepWhole(writer, found);
}

/** All rooms of this making that the service user is in. */
export async function findMarked(writer: OwnRooms, stageOf: Making["stageOf"]): Promise<Map<string, Stage>> {
  const rooms = await writer.joinedRooms();
  const found = new Map<string, Stage>();
  for (let start = 0; start < rooms.length; start += SEARCH_WIDTH) {
    const some = rooms.slice(start, start + SEARCH_WIDTH);
    const stages = await Promise.all(some.map((roomId) => unlessLeft(stageOf(roomId))));
    for (const [at, roomId] of some.entries()) {
      const stage = stages[at];
      if (stage !== undefined) found.set(roomId, stage);
    }
  }
  return found;
}

/** Leaves what is unfinished; gives the room that is whole. */
async function keepWhole(writer: OwnRooms, found: ReadonlyMap<string, Stage>): Promise<string | undefined> {
  let whole: string | undefined;
  for (const [roomId, stage] of found) {
    if (stage === "whole") whole ??= roomId;
    else await leaveForGood(writer, roomId);
  }
  return whole;
}

/** Leaves a room that nobody is to find again. Safe to repeat. @throws HomeserverError */
export async function leaveForGood(writer: OwnRooms, roomId: string): Promise<void> {
  await unlessLeft(writer.leave(roomId));
  await unlessLeft(writer.forget(roomId));
}

/** undefined: the service user is not in the room any more, or there is none */
async function unlessLeft<T>(act: Promise<T>): Promise<T | undefined> {
  try {
    return await act;
  } catch (error) {
    if (error instanceof HomeserverError && error.isAbsentOrForbidden) return undefined;
    throw error;
  }
}

/** Has the room all of this state, with an empty state key? @param types of events that are made together with the room */
export async function hasState(writer: RoomWriter, roomId: string, types: Iterable<string>): Promise<boolean> {
  for (const type of types) if (!(await writer.stateEvent(roomId, type, ""))) return false;
  return true;
}
