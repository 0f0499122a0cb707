import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CollectedRoom } from "../../../collections/collection-index.ts";
import { openCollection, type OpenCollection } from "../../../collections/open-collection.ts";
import { spaceExportOptions } from "../../../exports/space/options.ts";
import { count, readingCollection } from "../../bundle/collection/reading.ts";
import { CliError, EXIT } from "../../exit.ts";
import type { Output } from "../../output.ts";
import { bytes } from "../../progress.ts";
import { findSpace } from "../../service/find-space.ts";
import { joinedRooms, type JoinedRoom } from "../../service/joined-rooms.ts";
import type { ServiceClient } from "../../service/service-client.ts";
import { typedRequest } from "../../service/typed-options.ts";
import type { World } from "../../world.ts";
import type { CollectionOutput } from "./receive-collection.ts";
import { addRoom, writeArchive, type SpaceArchive } from "./space-archive.ts";
import { updatedBundle, updateTarget, type BaseBundle } from "./updated-bundle.ts";

/** What cannot stand beside --update, and why. */
const EXCLUDED = [
  ["output", "-o", "--update writes its own file"],
  ["since", "--since", "an updated collection has no dates"],
  ["until", "--until", "an updated collection has no dates"],
  ["withViewer", "--with-viewer", "an updated bundle has no viewer.html"],
  [
    "withPredecessors",
    "--with-predecessors",
    "predecessors do not change any more, export them into a file of their own",
  ],
] as const;

const KEPT =
  "This room is not in the space any more, or not to be read any more: its bundle is that of an earlier update.";
const NOT_JOINED = "The requester is not in this room.";

/**
 * Brings the collection of a space up to date, room by room as `updateBundle` does, read with the person's own token. Rooms that are new
 * are exported whole; those that are gone, left, or refused by now stay as they were, and stand in the index with the reason. The file holds
 * the old collection until the new one has been read back and found sound.
 * @throws CliError
 */
export async function updateSpace(
  service: () => Promise<ServiceClient>,
  space: string,
  options: CollectionOutput & { update: string },
  world: World,
  output: Output,
): Promise<void> {
  const given: Readonly<Record<string, unknown>> = { ...options };
  for (const [key, name, why] of EXCLUDED)
    if (given[key] !== undefined)
      throw new CliError(EXIT.usage, `--update FILE and ${name}: ${why}; leave one of the two out`);
  const request = typedRequest(spaceExportOptions, options);
  const client = await service();
  const { user_id: userId } = await client.whoami(world.interrupt());
  if (userId === null)
    throw new CliError(
      EXIT.usage,
      "--update reads the rooms as you see them: give a Matrix access token, not an admin token",
    );
  const of = await spaceOf(client, await findSpace(client, space));
  const file = await updateTarget(options.update);
  const folder = await mkdtemp(join(dirname(file.path), ".roomporter-update-"));
  try {
    const old = file.exists ? await readingCollection(options.update, () => openCollection(file.path)) : undefined;
    try {
      if (old && old.index.space !== of.spaceId)
        throw new CliError(EXIT.failed, `${options.update} is not of the space ${of.spaceId}: nothing was changed`);
      const found = await updateRooms(client, of, old, request, { folder, world, output });
      await writeArchive(found, { spaceId: of.spaceId, userId, file: file.path, folder });
      const { added, received, rooms } = found;
      output.note(
        `Updated ${options.update}: ${count(rooms.length, "room")}, ${count(added, "new event")}, ${bytes(received)} received`,
      );
      if (output.json) output.result("", { file: options.update, rooms: rooms.length, added });
    } finally {
      await old?.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A space, among the rooms that the person is in. */
interface Space {
  spaceId: string;
  joined: ReadonlyMap<string, JoinedRoom>;
}

async function spaceOf(client: ServiceClient, space: string): Promise<Space> {
  const rooms = await joinedRooms(client);
  const top = rooms.find(({ room_id, alias }) => room_id === space || alias === space);
  if (top?.type !== "m.space")
    throw new CliError(
      EXIT.usage,
      `you are in no space ${space}: roomporter room list --joined shows names, aliases and ids`,
    );
  return { spaceId: top.room_id, joined: new Map(rooms.map((room) => [room.room_id, room])) };
}

interface Around {
  folder: string;
  world: World;
  output: Output;
}

async function updateRooms(
  client: ServiceClient,
  { spaceId, joined }: Space,
  old: OpenCollection | undefined,
  request: ReturnType<typeof typedRequest<typeof spaceExportOptions>>,
  around: Around,
): Promise<SpaceArchive> {
  const found: SpaceArchive = { rooms: [], refused: [], leftOut: [], files: [], incognito: 0, added: 0, received: 0 };
  const before = new Map(old?.index.rooms.map((room) => [room.room_id, room]));
  const baseOf = async (room: CollectedRoom, folder: string): Promise<BaseBundle> => {
    const base = { path: join(folder, "base.zip"), name: room.room_id };
    await old?.extract(room, base.path);
    return base;
  };
  const { with_predecessors: _none, ...wanted } = request;
  // depth first, each once, in the order in which spaces list them
  const seen = new Set<string>();
  const waiting = [spaceId];
  for (let roomId = waiting.pop(); roomId !== undefined; roomId = waiting.pop()) {
    if (seen.has(roomId)) continue;
    seen.add(roomId);
    const room = joined.get(roomId);
    if (!room) {
      found.leftOut.push({ room_id: roomId, code: "not_joined", message: NOT_JOINED });
      continue;
    }
    const folder = join(around.folder, String(seen.size));
    await mkdir(folder);
    const known = before.get(roomId);
    const base = known && (await baseOf(known, folder));
    let children: readonly string[] = room.children;
    try {
      const updated = await updatedBundle(client, roomId, wanted, { ...around, base, folder });
      const { children: listed } = await addRoom(found, updated.path);
      if (listed) children = listed.map(({ room_id: child }) => child);
      found.added += updated.added;
      found.received += updated.received;
      before.delete(roomId);
    } catch (error) {
      // where the space itself is not given, nothing else is
      if (!(error instanceof CliError) || error.code === EXIT.interrupted) throw error;
      if (roomId === spaceId || !noteRefusal(found, roomId, error)) {
        const { code, errcode, reasons, more } = error;
        throw new CliError(code, `${roomId}: ${error.message}`, {
          ...(errcode !== undefined && { errcode }),
          reasons,
          more,
        });
      }
    }
    waiting.push(...children.toReversed());
  }
  // what was said of them is kept, whatever has become of them
  for (const [roomId, room] of before) {
    const folder = join(around.folder, `kept-${String(found.files.length)}`);
    await mkdir(folder);
    await addRoom(found, (await baseOf(room, folder)).path);
    if (
      !found.leftOut.some(({ room_id }) => room_id === roomId) &&
      !found.refused.some(({ room_id }) => room_id === roomId)
    )
      found.leftOut.push({ room_id: roomId, code: "kept", message: KEPT });
  }
  return found;
}

/** False: it is no matter of this room. */
function noteRefusal(found: SpaceArchive, roomId: string, { errcode, reasons }: CliError): boolean {
  if (errcode === "IO.ROOMPORTER.REFUSED") {
    if (reasons.some(({ code }) => code === "scope_incognito")) found.incognito++;
    else found.refused.push({ room_id: roomId, reasons: reasons.map((reason) => ({ ...reason })) });
    return true;
  }
  if (errcode !== "M_FORBIDDEN" && errcode !== "IO.ROOMPORTER.ROOM_CLOSED") return false;
  found.leftOut.push({ room_id: roomId, code: "not_joined", message: NOT_JOINED });
  return true;
}
