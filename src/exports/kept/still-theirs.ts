import { member, objectMember } from "../../matrix/json.ts";
import type { StateEvent } from "../../matrix/event.ts";
import { refusalsOfRoom } from "../../policy/refusals.ts";
import type { BundleRecords } from "../../ports/bundle-store.ts";
import { HomeserverError } from "../../ports/homeserver/homeserver.ts";
import { isCollection, isImport, type Job } from "../../ports/job-store.ts";
import type { MadeRoom, PolicyStore } from "../../ports/policy-store.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import { refuse } from "../../requests/failures/refuse.ts";

/** `errcode`: a room was closed, or is being closed. */
export const ROOM_CLOSED = "IO.ROOMPORTER.ROOM_CLOSED";

/** Rooms of a collection that are asked about side by side. */
const WIDTH = 10;

export interface StillTheirsParts {
  /** what the service knows of rooms that it made */
  policies: Pick<PolicyStore, "get">;
  records: Pick<BundleRecords, "roomsOf">;
}

export interface GivingOutParts extends StillTheirsParts {
  serverName: string;
  /**
   * The policy in the room's state as it is now; undefined where there is none, or nobody here may see it.
   * @throws HomeserverError; a TimeoutError where the homeserver does not answer
   */
  policyNow: (roomId: string) => Promise<StateEvent | undefined>;
}

/** @throws RequestError gone where the room was closed, or is being closed */
export function requireOpen(room: MadeRoom | undefined): void {
  if (isOver(room)) throw closed("This room was closed: nothing of it is given out any more");
}

/**
 * Is what a job keeps to be deleted? So it is where one of its rooms was closed, and for exports where one has become incognito.
 * @throws StoreAway
 */
export async function mustGo(job: Job, { policies, records }: StillTheirsParts): Promise<boolean> {
  for (const roomId of await roomsOf(job, records)) {
    const room = await policies.get(roomId);
    if (isOver(room) || (!isImport(job.kind) && room?.policy.scope_kind === "incognito")) return true;
  }
  return false;
}

/**
 * May the bundle of an export be given out, by what all of its rooms are now?
 * @throws RequestError gone where one was closed; invalid where one has become incognito, by the record or by its state;
 * homeserver_away where that cannot be found out; StoreAway
 */
export async function requireGivable(job: Job, parts: GivingOutParts): Promise<void> {
  const { policies, records } = parts;
  const rooms = await roomsOf(job, records);
  const ofMany = isCollection(job.kind);
  if (ofMany) requireAllNoted(job, rooms);
  for (const roomId of rooms) {
    const room = await policies.get(roomId);
    if (isOver(room)) throw ofMany ? collectionClosed() : closed(BUNDLE_CLOSED);
  }
  try {
    for (let start = 0; start < rooms.length; start += WIDTH)
      await Promise.all(rooms.slice(start, start + WIDTH).map((roomId) => requireTravels(roomId, parts)));
  } catch (error) {
    throw ofMany && error instanceof RequestError && error.reasons.length > 0
      ? new RequestError(error.kind, error.errcode, COLLECTION_CHANGED, error.reasons)
      : error;
  }
}

const COLLECTION_CHANGED =
  "A room of this collection may not be given out any more since it was made (reasons): export them again";
const BUNDLE_CLOSED = "This room was closed: bundles of it are not given out any more";

async function requireTravels(roomId: string, parts: GivingOutParts): Promise<void> {
  const { policies, serverName, policyNow } = parts;
  refuse(refusalsOfRoom([], serverName, (await policies.get(roomId))?.policy));
  const now = await asked(() => policyNow(roomId));
  refuse(refusalsOfRoom(now ? [now] : [], serverName, undefined));
}

async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const away = error instanceof HomeserverError || (error instanceof DOMException && error.name === "TimeoutError");
    if (!away) throw error;
    throw new RequestError(
      "homeserver_away",
      "M_UNKNOWN",
      "The homeserver does not say whether this room may still be given out, so the bundle stays here: try again later",
    );
  }
}

/** Ids of the rooms of which a job keeps something. @throws StoreAway */
export async function roomsOf({ id, kind, room_id }: Job, records: StillTheirsParts["records"]): Promise<string[]> {
  if (isCollection(kind)) return await records.roomsOf(id);
  return room_id === null ? [] : [room_id];
}

/** An earlier version did not note which rooms a collection holds. */
function requireAllNoted({ report }: Job, rooms: readonly string[]): void {
  const exported = member(objectMember(report, "counts"), "exported");
  if (typeof exported !== "number" || exported <= rooms.length) return;
  const message =
    "An earlier version made this collection, and did not note which rooms are in it: none may have been closed since. Export all rooms again";
  throw new RequestError("gone", "M_NOT_FOUND", message);
}

/** Was the room closed, or is it being closed? */
export function isOver(room: MadeRoom | undefined): boolean {
  return room !== undefined && (room.closing_at !== null || room.closed_at !== null);
}

function collectionClosed(): RequestError {
  return closed("A room of this collection was closed since it was made: export them again");
}

function closed(message: string): RequestError {
  return new RequestError("gone", ROOM_CLOSED, message);
}
