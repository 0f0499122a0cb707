import { objectMember, stringMember, type JsonObject } from "../../matrix/json.ts";
import { DO_NOT_INDEX, NOTICE } from "../../matrix/names.ts";
import { noticeContent } from "../../matrix/text/notice.ts";
import type { BundleEvent, ManifestHead } from "../manifest/manifest.ts";
import { isServiceNotice } from "../original.ts";

/** Where one room goes on in the room that took its place. */
export interface Seam {
  /** in the source */
  room_id: string;
  room_version: string;
  replacement_room: string;
  replacement_version: string;
}

/** The seam between two rooms of a joined bundle. */
export function seamBetween(before: ManifestHead, after: ManifestHead): Seam {
  return {
    room_id: before.source.room_id,
    room_version: before.room.room_version,
    replacement_room: after.source.room_id,
    replacement_version: after.room.room_version,
  };
}

/** When the first of the two was replaced, in milliseconds: as its tombstone says, or when the other was made. */
export function timeOfSeam(before: ManifestHead, after: ManifestHead): number {
  const tombstone = before.state.find(({ type, state_key: key }) => type === "m.room.tombstone" && key === "");
  return tombstone?.origin_server_ts ?? after.room.created_at ?? 0;
}

/** The notice that an import leaves at a seam: docs/import.md. */
export function seamContent(seam: Seam): JsonObject {
  const { room_version: from, replacement_version: to } = seam;
  const body =
    from === to
      ? `The room was replaced here by a new one, of version ${to}, too.`
      : `The room was upgraded here from version ${from} to version ${to}.`;
  return { ...noticeContent(body), [NOTICE]: { upgraded: { ...seam } }, [DO_NOT_INDEX]: true };
}

/** What a content says, where it is that of such a notice. */
export function seamIn(content: JsonObject): Seam | undefined {
  const upgraded = objectMember(objectMember(content, NOTICE), "upgraded");
  const said = (name: string): string | undefined => stringMember(upgraded, name)?.slice(0, MOST);
  const [room_id, replacement_room] = [said("room_id"), said("replacement_room")];
  const [room_version, replacement_version] = [said("room_version"), said("replacement_version")];
  if (room_id === undefined || replacement_room === undefined) return undefined;
  if (room_version === undefined || replacement_version === undefined) return undefined;
  return { room_id, room_version, replacement_room, replacement_version };
}

/** Of an id. */
const MOST = 255;

/** Is this the notice that an earlier import has left at a seam? Then what it says. */
export function earlierSeam(event: BundleEvent, head: Pick<ManifestHead, "source" | "room">): Seam | undefined {
  return isServiceNotice(event, head) ? seamIn(event.content) : undefined;
}
