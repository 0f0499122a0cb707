import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { openCollection } from "../../../collections/open-collection.ts";
import { CliError, EXIT } from "../../exit.ts";
import type { Output } from "../../output.ts";
import { requireFree, writeWholeFile, type ForceOption } from "../../output-file.ts";
import { count, readingCollection } from "./reading.ts";

export interface ExtractOptions extends ForceOption {
  output: string;
  room?: string[];
}

/** Writes the bundles of a collection as files of their own. @throws CliError, before anything is written where a file is in the way */
export async function extract(file: string, options: ExtractOptions, output: Output): Promise<void> {
  const { output: folder, room: wanted } = options;
  const files = await readingCollection(file, async () => {
    const collection = await openCollection(file);
    try {
      const { rooms } = collection.index;
      const unknown = wanted?.find((id) => !rooms.some((room) => room.room_id === id));
      if (unknown !== undefined)
        throw new CliError(EXIT.usage, `${file} has no room ${unknown}: see roomporter bundle show`);
      const chosen = rooms
        .filter(({ room_id: id }) => wanted?.includes(id) ?? true)
        .map((room) => ({ room, target: join(folder, basename(room.file)) }));
      for (const { target } of chosen) await requireFree(target, options);
      await mkdir(folder, { recursive: true });
      for (const { room, target } of chosen)
        await writeWholeFile(target, options, (out) => pipeline(collection.read(room), out));
      return chosen.map(({ room, target }) => ({ room_id: room.room_id, file: target }));
    } finally {
      await collection.close();
    }
  });
  output.note(`Extracted ${count(files.length, "bundle")} into ${folder}`);
  output.result(files.map(({ room_id, file: path }) => `${path}  ${room_id}`).join("\n"), { files });
}
