import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { openCollection } from "../../../collections/open-collection.ts";
import { withExtracted } from "../../../collections/with-extracted.ts";
import { convertBundle } from "../../../render/convert-to.ts";
import type { Shape } from "../../../render/output-shapes.ts";
import { CliError, EXIT } from "../../exit.ts";
import { writeWholeFile, type ForceOption } from "../../output-file.ts";
import { readingCollection } from "./reading.ts";

const EXTENSIONS: Record<Shape, string> = { text: "txt", markdown: "md", csv: "csv" };

/** Writes each conversation of a collection in another shape, into a folder. @throws CliError */
export async function convertAll(
  file: string,
  to: Shape,
  folder: string | undefined,
  options: ForceOption & { spreadsheet?: boolean },
): Promise<void> {
  if (folder === undefined)
    throw new CliError(EXIT.usage, `${file} is a collection: name the folder for its conversations with -o`);
  await readingCollection(file, async () => {
    const collection = await openCollection(file);
    try {
      await mkdir(folder, { recursive: true });
      for (const room of collection.index.rooms)
        await withExtracted(collection, room, (path) =>
          writeWholeFile(join(folder, `${basename(room.file, ".zip")}.${EXTENSIONS[to]}`), options, (out) =>
            pipeline(convertBundle(path, to, options), out),
          ),
        );
    } finally {
      await collection.close();
    }
  });
}
