import { isCollection } from "../../collections/open-collection.ts";
import { mergeBundles, MergeError } from "../../bundle/merge/merge.ts";
import { CliError, EXIT } from "../exit.ts";
import type { Output } from "../output.ts";
import { bytes, startProgress } from "../progress.ts";
import { requireFree, writeWholeFile, type ForceOption } from "../output-file.ts";
import type { World } from "../world.ts";

/** Joins bundles into one file. @throws CliError where they do not belong together */
export async function merge(
  files: readonly string[],
  { output: file, ...force }: ForceOption & { output: string },
  world: World,
  output: Output,
): Promise<void> {
  if (files.length < 2)
    throw new CliError(EXIT.usage, "give at least two bundles: the first, and what goes on from it");
  await requireFree(file, force);
  for (const each of files)
    if (await isCollection(each))
      throw new CliError(
        EXIT.failed,
        `${each} is a collection: take the bundle of the room out of it with roomporter bundle extract`,
      );
  const progress = startProgress(world, output, "Merging", () => `${String(files.length)} bundles`);
  try {
    const { size, sha256, decrypted } = await mergeBundles(files, (write) => writeWholeFile(file, force, write), {
      asExported: true,
    });
    output.note(`Merged ${String(files.length)} bundles: ${bytes(size)}, ${file}`);
    for (const place of decrypted)
      output.note(
        `  bundle ${String(place)} was decrypted, and was merged as it was exported: decrypt the whole again`,
      );
    if (output.json) output.result("", { file, size, sha256, decrypted });
  } catch (error) {
    throw error instanceof MergeError ? new CliError(EXIT.failed, error.message) : error;
  } finally {
    progress.stop();
  }
}
