import type { Bundle } from "../../bundle/open-bundle.ts";
import type { OpenCollection } from "../../collections/open-collection.ts";
import { withExtracted } from "../../collections/with-extracted.ts";
import { serverOf } from "../../matrix/ids.ts";
import type { JsonObject } from "../../matrix/json.ts";
import type { JobContext } from "../../jobs/job-run.ts";
import { importId, type ImportJournal } from "../../ports/import-journal.ts";
import type { Job } from "../../ports/job-store.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import { fillRoom, makeRoom, openForImport, reportOf, type RoomImport } from "../import-room.ts";
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
  const rooms = await eachRoom(input, async (part, { head }) => sourceRoom(part, head));
  const parents = parentsOf(rooms);
  const made = newRooms(serverOf(writer.userId), rooms, (room) => journalOf(room.part));
  for (const room of creationOrder(rooms, parents))
    await withRoom(input, room.part, async (bundle) => {
      const roomId = await makeRoom(importOf(input, room, parents, made), bundle);
      made.set(room.roomId, roomId);
      if (room.part === 0) onRoom(roomId);
    });

  const total = input.collection.index.rooms.reduce((sum, { room_id, events }) => {
    return sum + (rooms.some(({ roomId }) => roomId === room_id) ? events : 0);
  }, 0);
  let before = 0;
  for (const room of rooms) {
    signal.throwIfAborted();
    await withRoom(input, room.part, async (bundle) => {
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
    reports.push({ source_room_id: room.roomId, name: room.head.room.name, ...report });
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
    signedBy: known?.signed_by ?? undefined,
    importingUser: params.importing_user,
    parent: (parent === undefined ? params.workspace?.room_id : made.get(parent)) ?? null,
    predecessor: room.predecessor === undefined ? undefined : made.get(room.predecessor),
    others: made,
    journal: journalOf(room.part),
  };
}

/** The rooms that are made, in the order of the index. */
async function eachRoom<T>(input: SpaceImport, act: (part: number, bundle: Bundle) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (const part of input.params.rooms.keys())
    results.push(await withRoom(input, part, (bundle) => act(part, bundle)));
  return results;
}

/** Gives `act` the bundle of a room. @throws CollectionError, BundleError */
async function withRoom<T>(
  { collection, params, signal }: SpaceImport,
  part: number,
  act: (bundle: Bundle) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const room = collection.index.rooms.find(({ room_id }) => room_id === params.rooms[part]?.room_id);
  if (!room) throw new RequestError("internal", "M_UNKNOWN", "The collection does not have a room that it had");
  return await withExtracted(collection, room, async (path) => {
    const bundle = await openForImport(path, params.allow_plaintext);
    try {
      return await act(bundle);
    } finally {
      await bundle.close();
    }
  });
}
