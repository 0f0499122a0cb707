import { member, objectMember, stringMember } from "../../matrix/json.ts";
import { IMPORTED } from "../../matrix/names.ts";
import type { ManifestHead } from "../manifest/manifest.ts";

/** Ids of the room of a bundle: its own, and where an import made it those of the rooms that were imported into it. */
export function homesOf({ state, room, source }: Pick<ManifestHead, "state" | "room" | "source">): string[] {
  const mark = state.find(({ type, sender }) => type === IMPORTED && sender === room.imported_by)?.content;
  const imported = stringMember(objectMember(mark, "source"), "room_id");
  const predecessors = member(mark ?? {}, "source_predecessors");
  const before = Array.isArray(predecessors) ? predecessors.filter((id) => typeof id === "string") : [];
  return [source.room_id, ...(imported === undefined ? [] : [imported]), ...before];
}
