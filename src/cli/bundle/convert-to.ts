import { pipeline } from "node:stream/promises";
import { BundleError } from "../../bundle/faults.ts";
import { isCollection } from "../../collections/open-collection.ts";
import { convertBundle } from "../../render/convert-to.ts";
import type { Shape } from "../../render/output-shapes.ts";
import { CliError, EXIT } from "../exit.ts";
import { requireFree, writeWholeFile, type ForceOption } from "../output-file.ts";
import type { World } from "../world.ts";
import { convertAll } from "./collection/convert-all.ts";

/** Writes the conversation of a bundle in another shape, to a file or to stdout. @throws CliError */
export async function convertTo(
  bundle: string,
  { to, output, spreadsheet = false, ...options }: ForceOption & { to: Shape; output?: string; spreadsheet?: boolean },
  world: World,
): Promise<void> {
  if (await isCollection(bundle)) {
    await convertAll(bundle, to, output, { spreadsheet, ...options });
    return;
  }
  if (output !== undefined) await requireFree(output, options);
  const signal = world.interrupt();
  const pieces = convertBundle(bundle, to, { spreadsheet });
  try {
    if (output === undefined) await pipeline(pieces, world.stdout, { signal, end: false });
    else await writeWholeFile(output, options, (file) => pipeline(pieces, file, { signal }));
  } catch (error) {
    if (signal.aborted) throw new CliError(EXIT.interrupted, "interrupted");
    if (error instanceof BundleError) throw new CliError(EXIT.failed, `${bundle}: ${error.message} [${error.code}]`);
    throw error;
  }
}
