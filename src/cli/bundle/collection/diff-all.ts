import { diffCollections } from "../../../collections/diff-collections.ts";
import { CliError, EXIT } from "../../exit.ts";
import type { Output } from "../../output.ts";
import { startProgress } from "../../progress.ts";
import type { World } from "../../world.ts";
import { count, readingCollection } from "./reading.ts";

/** Compares two collections room by room; one of them may be a bundle. @throws CliError where they differ */
export async function diffAll(fileA: string, fileB: string, world: World, output: Output): Promise<void> {
  const progress = startProgress(
    world,
    output,
    "Comparing",
    (done, total) => `${done} of ${count(total ?? 0, "room")}`,
  );
  const found = await readingCollection(`${fileA} or ${fileB}`, () =>
    diffCollections(fileA, fileB, progress.update),
  ).finally(progress.stop);
  const { rooms, only_first: onlyFirst, only_second: onlySecond } = found;
  const differing = rooms.filter((room) => !room.equivalent || !room.same_relations);
  const lines = [
    ...onlyFirst.map((id) => `room_missing  ${id}  The room is in the first collection only.`),
    ...onlySecond.map((id) => `room_added  ${id}  The room is in the second collection only.`),
    ...differing.flatMap((room) => [
      ...(room.same_relations
        ? []
        : [`relations  ${room.room_id}  The rooms of the space, or its predecessor, differ.`]),
      ...room.differences.map(({ kind, event_id, message }) =>
        [kind, room.room_id, event_id, message].filter((part) => part !== undefined).join("  "),
      ),
    ]),
  ];
  const same = `The collections are equivalent: ${count(rooms.length, "room")} compared`;
  output.result(found.equivalent ? same : lines.join("\n"), found);
  if (found.equivalent) return;
  const total = onlyFirst.length + onlySecond.length + differing.length;
  throw new CliError(EXIT.failed, `the collections are not equivalent: ${count(total, "room")} of them differ`);
}
