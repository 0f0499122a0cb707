import { verifyCollection } from "../../../collections/verify-collection.ts";
import { CliError, EXIT } from "../../exit.ts";
import type { Output } from "../../output.ts";
import { startProgress } from "../../progress.ts";
import type { World } from "../../world.ts";
import { isBy, signatureWords } from "../signature-words.ts";
import { count } from "./reading.ts";

/**
 * Checks a collection and every bundle in it. @throws CliError where it is not sound, or not signed with a key that is asked for
 * @param keys ed25519 public keys; undefined: none was asked for
 */
export async function verifyAll(
  file: string,
  keys: readonly string[] | undefined,
  world: World,
  output: Output,
): Promise<void> {
  const progress = startProgress(
    world,
    output,
    "Verifying",
    (done, total) => `${done} of ${count(total ?? 0, "room")}`,
  );
  const found = await verifyCollection(file, { onProgress: progress.update }).finally(progress.stop);
  const { rooms, signature } = found;
  const events = rooms.reduce((sum, room) => sum + room.events, 0);
  const media = rooms.reduce((sum, room) => sum + room.media_files, 0);
  const contents = [
    `${file} is sound: a collection of ${count(rooms.length, "room")}.`,
    `${count(events, "event")}, ${count(media, "media file")}`,
    ...(found.index_sha256 === null ? [] : [`SHA-256 of the index ${found.index_sha256}`]),
    signatureWords(signature, keys),
  ];
  const faults = [
    ...found.faults.map(({ code, message, where }) => ["fault", code, where, message]),
    ...rooms.flatMap((room) =>
      room.faults.map(({ code, message, where }) => ["fault", code, room.file, where, message]),
    ),
  ].map((parts) => parts.filter((part) => part !== undefined).join("  "));
  output.result((found.ok ? contents : faults).join("\n"), found);
  if (!found.ok) {
    const total = found.fault_count + rooms.reduce((sum, room) => sum + room.fault_count, 0);
    throw new CliError(EXIT.failed, `${file} is not sound: ${count(total, "fault")}`);
  }
  if (!keys || isBy(signature, keys)) return;
  const what = signature ? `signed with another key, ${signature.key_id}` : "not signed";
  throw new CliError(EXIT.failed, `${file} is ${what}`);
}
