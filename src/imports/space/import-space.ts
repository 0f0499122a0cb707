import { joinBundles } from "../../bundle/joined/join-bundles.ts";
import type { Bundle } from "../../bundle/open-bundle.ts";
import type { OpenCollection } from "../../collections/open-collection.ts";
import { withExtracted } from "../../collections/with-extracted.ts";
import { serverOf } from "../../matrix/ids.ts";
import { sameJson, type JsonObject } from "../../matrix/json.ts";
import type { JobContext } from "../../jobs/job-run.ts";
import { importId, type ImportJournal } from "../../ports/import-journal.ts";
import type { Job } from "../../ports/job-store.ts";
import type { SignedBy } from "../../requests/signed-by.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import { fillRoom, makeRoom, openForImport, reportOf, type RoomImport } from "../import-room.ts";
import { asOneRoom } from "../one-room/upgraded-rooms.ts";
import { inviteImporter, joinWorkspace } from "../replay/settle-room.ts";
import { listChildren, replaceRoom } from "./join-rooms.ts";
import { newRooms, type NewRooms } from "./new-rooms.ts";
import { creationOrder, parentsOf, sourceRoom, type SourceRoom } from "./space-rooms.ts";
import type { SpaceImportParams } from "./space-import-params.ts";

export interface SpaceImport
  extends
    Pick<RoomImport, "roomVersion" | "labelStyle" | "writer" | "media" | "policies" | "signal" | "clock">,
    Pick<JobContext, "onRoom" | "onProgress"> {
  job: Job;
  params: SpaceImportParams;
  /** has been verified */
  collection: OpenCollection;
  /** of each room that is made */
  journalOf: (part: number) => ImportJournal;
}

/**
 * Makes the rooms of a collection, all of them before anything is said in one, so that links among them can lead to the new ones; fills one
 * after the other; puts them into their spaces; and invites the importing user last. Run again after any stop it goes on where it stood.
 * @throws HomeserverError, BundleError, CollectionError; AbortError where the signal came
 */
export async function importSpace(input: SpaceImport): Promise<JsonObject> {
  const { params, writer, job, onRoom, onProgress, signal, journalOf } = input;
  const rooms = asOneRoom(await sourceRooms(input), params.one_room);
  const parents = parentsOf(rooms);
  const made = newRooms(serverOf(writer.userId), rooms, (room) => journalOf(room.part));
  for (const room of creationOrder(rooms, parents))
    await withRoom(input, room, async (bundle) => {
      const roomId = await makeRoom(importOf(input, room, parents, made), bundle);
      made.set(room, roomId);
      if (room === rooms[0]) onRoom(roomId);
    });

  const total = input.collection.index.rooms.reduce((sum, { room_id, events }) => {
    return sum + (params.rooms.some((room) => room.room_id === room_id) ? events : 0);
  }, 0);
  let before = 0;
  for (const room of rooms) {
    signal.throwIfAborted();
    await withRoom(input, room, async (bundle) => {
      const told = (done: number): void => onProgress({ done: before + done, total });
      await fillRoom(importOf(input, room, parents, made), bundle, made.idOf(room), told);
      before += bundle.head.counts.events;
    });
  }
  for (const room of rooms) {
    await listChildren(writer, room, made, journalOf(room.part));
    await replaceRoom(writer, room, made, journalOf(room.part));
  }
  const { importing_user: importingUser, workspace } = params;
  for (const room of rooms) {
    await inviteImporter(writer, made.idOf(room), importingUser, room.head, job.owner);
    if (workspace && !parents.has(room.roomId))
      await joinWorkspace(writer, made.idOf(room), workspace, journalOf(room.part));
  }
  const reports: JsonObject[] = [];
  for (const room of rooms) {
    const report = await reportOf(importOf(input, room, parents, made), made.idOf(room));
    const joins = room.joins.map(({ roomId }) => roomId);
    const source = { source_room_id: room.roomId, ...(joins.length > 0 && { source_predecessors: joins }) };
    reports.push({ ...source, name: room.head.room.name, ...report });
  }
  return {
    room_id: rooms[0] ? made.idOf(rooms[0]) : null,
    ...(workspace && { workspace_id: workspace.room_id }),
    counts: { imported: rooms.length, refused: params.refused.length },
    rooms: reports,
    refused: params.refused.map((each) => ({ ...each, reasons: each.reasons.map((reason) => ({ ...reason })) })),
  };
}

function importOf(
  input: SpaceImport,
  room: SourceRoom,
  parents: ReadonlyMap<string, string>,
  made: NewRooms,
): RoomImport {
  const { job, params, journalOf } = input;
  const known = params.rooms[room.part];
  const parent = parents.get(room.roomId);
  return {
    ...input,
    jobId: importId(job.id, room.part),
    bundleSha256: known?.bundle_sha256 ?? "",
    signedBy: signedByAll(room, params),
    joins: room.joins.map(({ roomId }) => roomId),
    importingUser: params.importing_user,
    parent: (parent === undefined ? params.workspace?.room_id : made.get(parent)) ?? null,
    predecessor: room.predecessor === undefined ? undefined : made.get(room.predecessor),
    others: made,
    journal: journalOf(room.part),
  };
}

/** By whom the bundles of a room are signed: where it is not one for all of them, by nobody. */
function signedByAll({ part, joins }: SourceRoom, { rooms }: SpaceImportParams): SignedBy | undefined {
  const [first, ...others] = [part, ...joins.map((each) => each.part)].map((at) => rooms[at]?.signed_by);
  return others.every((other) => sameJson(other ?? null, first ?? null)) ? (first ?? undefined) : undefined;
}

/** What is to be known of each room, in the order of the index. */
async function sourceRooms(input: SpaceImport): Promise<SourceRoom[]> {
  const rooms: SourceRoom[] = [];
  for (const part of input.params.rooms.keys())
    rooms.push(await withRoom(input, { part, joins: [] }, async ({ head }) => sourceRoom(part, head)));
  return rooms;
}

/** Gives `act` the bundle of a room, or of several as one. @throws CollectionError, BundleError */
async function withRoom<T>(
  input: SpaceImport,
  { part, joins }: Pick<SourceRoom, "part" | "joins">,
  act: (bundle: Bundle) => Promise<T>,
): Promise<T> {
  const parts = [...joins.map((each) => each.part), part];
  return await withBundles(input, parts, (bundles) => act(joinBundles(bundles)));
}

async function withBundles<T>(
  input: SpaceImport,
  [part, ...others]: readonly number[],
  act: (bundles: Bundle[]) => Promise<T>,
): Promise<T> {
  if (part === undefined) return await act([]);
  const { collection, params, signal } = input;
  signal.throwIfAborted();
  const room = collection.index.rooms.find(({ room_id }) => room_id === params.rooms[part]?.room_id);
  if (!room) throw new RequestError("internal", "M_UNKNOWN", "The collection does not have a room that it had");
  return await withExtracted(collection, room, async (path) => {
    const bundle = await openForImport(path, params.allow_plaintext);
    try {
      return await withBundles(input, others, (rest) => act([bundle, ...rest]));
    } finally {
      await bundle.close();
    }
  });
}
