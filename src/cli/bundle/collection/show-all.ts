import { bytesText } from "../../../bundle/archive/bytes-text.ts";
import { openCollection } from "../../../collections/open-collection.ts";
import type { CollectionIndex } from "../../../collections/collection-index.ts";
import { table, type Output } from "../../output.ts";
import { count, readingCollection } from "./reading.ts";

/** Says what is in a collection and what is not, without verifying it. */
export async function showAll(file: string, output: Output): Promise<void> {
  const index = await readingCollection(file, async () => {
    const collection = await openCollection(file);
    await collection.close();
    return collection.index;
  });
  output.result([...head(index), "", ...roomLines(index), ...leftOut(index)].join("\n"), index);
}

function head(index: CollectionIndex): string[] {
  const { counts, user_id: userId, scope, server_name: server, rooms, space, upgraded_room: upgraded } = index;
  const root =
    space !== undefined
      ? `the space ${space}`
      : upgraded === undefined
        ? undefined
        : `the room ${upgraded} and its predecessors`;
  const whose =
    root !== undefined
      ? `of ${root}${userId === null ? "" : `, as ${userId} sees it`}`
      : userId !== null
        ? `of ${userId}`
        : scope === "homeserver"
          ? `of all of ${server}`
          : `that the service of ${server} is in`;
  const size = bytesText(rooms.reduce((sum, room) => sum + room.size, 0));
  return [
    `Collection of ${count(counts.exported, "room")} ${whose}, ${size}`,
    `Exported ${index.exported_at} by ${index.requested_by}, with ${index.generator}`,
    `Left out: ${counts.refused} refused, ${counts.failed} failed, ${counts.incognito} incognito${counts.left_out === undefined ? "" : `, ${counts.left_out} not read`}`,
  ];
}

function roomLines({ rooms }: CollectionIndex): string[] {
  if (rooms.length === 0) return [];
  const rows = rooms.map((room) => [
    room.file,
    count(room.events, "event"),
    bytesText(room.size),
    room.complete ? "complete" : "part",
    room.room_id,
    `${room.children ? "space " : ""}${oneLine(room.name ?? "(no name)")}`,
  ]);
  return [table(rows)];
}

function leftOut({ refused, failed, left_out: notRead = [] }: CollectionIndex): string[] {
  const lines = [
    ...refused.map(
      ({ room_id, reasons }) => `${room_id}  refused: ${oneLine(reasons.map(({ message }) => message).join(" "))}`,
    ),
    ...failed.map(({ room_id, errcode }) => `${room_id}  failed: the homeserver answered ${errcode}`),
    ...notRead.map(({ room_id, message }) => `${room_id}  not read: ${oneLine(message)}`),
  ];
  return lines.length === 0 ? [] : ["", ...lines];
}

/** Names come from strangers. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, " ");
}
