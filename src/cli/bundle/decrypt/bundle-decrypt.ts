import { dirname } from "node:path";
import type { Writable } from "node:stream";
import { BundleError } from "../../../bundle/faults.ts";
import { openArchive } from "../../../bundle/open-bundle.ts";
import { verifyBundle } from "../../../bundle/verify/verify.ts";
import type { WrittenBundle } from "../../../bundle/write-bundle.ts";
import { isCollection } from "../../../collections/open-collection.ts";
import { decryptBundle } from "../../../decrypt/decrypt-bundle.ts";
import { DecryptError, type DecryptReport } from "../../../decrypt/decrypt-exported.ts";
import { encryptedRooms } from "../../../decrypt/encrypted-rooms.ts";
import type { FileSource } from "../../../decrypt/decrypted-files.ts";
import { openDecryptor } from "../../../decrypt/megolm/open-decryptor.ts";
import type { RoomKeys } from "../../../decrypt/keys/room-keys.ts";
import { CliError, EXIT } from "../../exit.ts";
import type { Output } from "../../output.ts";
import { requireFree, writeWholeFile, type ForceOption } from "../../output-file.ts";
import { bytes, startProgress } from "../../progress.ts";
import type { ServiceClient } from "../../service/service-client.ts";
import type { World } from "../../world.ts";
import { keysFrom } from "./key-input.ts";
import type { KeyOptions } from "./key-options.ts";

export interface DecryptCommandOptions extends ForceOption, KeyOptions {
  output: string;
  /** also the files of encrypted messages, from the homeserver */
  fetch?: boolean;
}

/** Writes a bundle once more, with what the person's keys open in it. @param service where to ask for files, with `fetch` */
export async function decrypt(
  file: string,
  options: DecryptCommandOptions,
  service: () => Promise<ServiceClient>,
  world: World,
  output: Output,
): Promise<void> {
  await requireFree(options.output, options);
  if (await isCollection(file))
    throw new CliError(
      EXIT.failed,
      `${file} is a collection: take the bundle of the room out of it with roomporter bundle extract`,
    );
  const signal = world.interrupt();
  const files = options.fetch ? await (await service()).homeserverFiles(signal) : undefined;
  const backup = { rooms: () => roomsOf(file), account: async () => (await service()).account(signal) };
  const keys = await keysFrom(options, backup, world);
  const report = await decryptFile(file, keys, { ...options, files, signal, name: file }, world, output);
  if (output.json) output.result("", { file: options.output, ...report });
}

/** The rooms whose keys open a bundle. @throws CliError */
async function roomsOf(file: string): Promise<Set<string>> {
  try {
    const bundle = await openArchive(file);
    try {
      return await encryptedRooms(bundle.head, () => bundle.eventBatches());
    } finally {
      await bundle.close();
    }
  } catch (error) {
    throw error instanceof BundleError ? new CliError(EXIT.failed, `${file}: ${error.message} [${error.code}]`) : error;
  }
}

/** Decrypts one bundle into a file, and says what came of it. @param options of which `name` is what people call the bundle @throws CliError */
export async function decryptFile(
  file: string,
  keys: RoomKeys,
  options: ForceOption & { output: string; files: FileSource | undefined; signal: AbortSignal; name: string },
  world: World,
  output: Output,
): Promise<DecryptReport> {
  const { name, files, signal } = options;
  // what the library gives is short-lived, and would lie in the heap until V8 cares
  world.keepSmall();
  const checking = startProgress(world, output, "Verifying", (done, total) => `${bytes(done)} of ${bytes(total ?? 0)}`);
  const { faults } = await verifyBundle(file, { onProgress: checking.update }).finally(checking.stop);
  if (faults[0]) throw new CliError(EXIT.failed, `${name} is not sound: ${faults[0].message} [${faults[0].code}]`);
  const progress = startProgress(world, output, "Decrypting", () => name);
  const decryptor = await openDecryptor(keys);
  try {
    const folder = dirname(options.output);
    const writing = (write: (out: Writable) => Promise<WrittenBundle>): Promise<WrittenBundle> =>
      writeWholeFile(options.output, { ...options, isPrivate: true }, write);
    const report = await decryptBundle(file, { decryptor, files, folder, signal }, writing);
    progress.stop();
    output.note(wordsOf(report, options.output));
    return report;
  } catch (error) {
    if (signal.aborted) throw new CliError(EXIT.interrupted, "interrupted: nothing was kept");
    if (error instanceof DecryptError) throw new CliError(EXIT.failed, `${name}: ${error.message}`);
    throw error instanceof BundleError ? new CliError(EXIT.failed, `${name}: ${error.message} [${error.code}]`) : error;
  } finally {
    progress.stop();
    await decryptor.close();
  }
}

const REASONS: Record<keyof DecryptReport["closed"], string> = {
  no_key: "no key for them was given",
  later_index: "the key opens later messages of their session only",
  malformed: "damaged, or with another key",
  unknown_algorithm: "encrypted in a way that is not known",
  replayed: "a ciphertext that another event holds",
  other_sender: "of a session that belongs to another sender",
  not_allowed: "claims to be what is never encrypted",
  too_large: "too large with their plain text",
};

function wordsOf({ encrypted, decrypted, closed, files, ledger, size }: DecryptReport, file: string): string {
  const filesLeft = Object.entries(ledger).filter(([code]) => code.startsWith("decryption_file"));
  const missing = filesLeft.reduce((sum, [, count]) => sum + count, 0);
  return [
    `Decrypted ${String(decrypted)} of ${String(encrypted)} encrypted events and ${String(files)} files: ${bytes(size)}, ${file}`,
    ...Object.entries(closed).map(([why, count]) => `  ${String(count)} not: ${REASONS[why as keyof typeof closed]}`),
    ...(missing > 0 ? [`  ${String(missing)} files are not in it; its ledger names them`] : []),
  ].join("\n");
}
