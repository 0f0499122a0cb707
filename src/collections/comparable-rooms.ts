import { homesOf } from "../bundle/joined/homes.ts";
import { openArchive } from "../bundle/open-bundle.ts";
import { IMPORTED } from "../matrix/names.ts";
import type { ComparableRoom } from "./match-rooms.ts";
import { isCollection, openCollection } from "./open-collection.ts";
import { relationsOf } from "./relations.ts";
import { withExtracted } from "./with-extracted.ts";

/** The rooms of a file, for a comparison. */
export interface ComparableFile {
  rooms: readonly ComparableRoom[];
  close(): Promise<void>;
}

/** Opens a collection, or a bundle as a collection of one room. @throws CollectionError, BundleError where it cannot be read */
export async function comparableRooms(file: string): Promise<ComparableFile> {
  if (!(await isCollection(file))) return await ofBundle(file);
  const collection = await openCollection(file);
  return {
    rooms: collection.index.rooms.map((room) => {
      const withFile: ComparableRoom["withFile"] = (act) => withExtracted(collection, room, act);
      return { ...room, withFile, homes: () => withFile(homesIn) };
    }),
    close: () => collection.close(),
  };
}

async function ofBundle(file: string): Promise<ComparableFile> {
  const bundle = await openArchive(file, { keepsState: (type) => RELATIONS.includes(type) });
  await bundle.close();
  const { source, room, state } = bundle.head;
  const only: ComparableRoom = {
    room_id: source.room_id,
    name: room.name,
    ...relationsOf(state),
    homes: () => homesIn(file),
    withFile: (act) => act(file),
  };
  return { rooms: [only], close: async () => undefined };
}

const RELATIONS: readonly string[] = ["m.room.create", "m.space.child"];

async function homesIn(file: string): Promise<string[]> {
  const bundle = await openArchive(file, { keepsState: (type) => type === IMPORTED });
  await bundle.close();
  return homesOf(bundle.head);
}
