import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBundle } from "../bundle/open-bundle.ts";
import { asCsv } from "./text/csv.ts";
import { asMarkdown } from "./text/markdown.ts";
import { asText } from "./text/text.ts";
import { timeline } from "./text/timeline.ts";
import { transcript } from "./text/transcript.ts";

/** What a bundle can be turned into. */
export const SHAPES = ["text", "markdown", "csv"] as const;
export type Shape = (typeof SHAPES)[number];

/** The conversation of a bundle in another shape, UTF-8, piece by piece. @throws BundleError */
export async function* convertBundle(file: string, shape: Shape): AsyncGenerator<string, void, undefined> {
  const bundle = await openBundle(file);
  const folder = await mkdtemp(join(tmpdir(), "roomporter-convert-"));
  try {
    const { room, source } = bundle.head;
    if (shape === "csv") yield* asCsv(timeline(bundle));
    else if (shape === "text") yield* asText(transcript(bundle, folder));
    else yield* asMarkdown(transcript(bundle, folder), room.name ?? source.room_id);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await bundle.close();
  }
}
