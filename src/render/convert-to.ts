import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBundle } from "../bundle/open-bundle.ts";
import { openDiskNotes } from "./disk-notes.ts";
import type { Shape } from "./output-shapes.ts";
import { asCsv } from "./text/csv.ts";
import { asMarkdown } from "./text/markdown.ts";
import { asText } from "./text/plain-text.ts";
import { Conversation } from "./timeline/conversation.ts";

type Writer = (conversation: Conversation, options: ConvertOptions) => AsyncGenerator<string, void, undefined>;
const WRITERS = { text: asText, markdown: asMarkdown, csv: asCsv } satisfies Record<Shape, Writer>;

export interface ConvertOptions {
  /** CSV for a spreadsheet: nothing in it is a formula, and so not every id is exact; with a byte order mark */
  spreadsheet?: boolean;
  /** where to put what lies on disk meanwhile; default: the system's folder for temporary files */
  workFolder?: string;
}

/** The conversation of a bundle in another shape, UTF-8, piece by piece. @throws BundleError */
export async function* convertBundle(
  file: string,
  shape: Shape,
  options: ConvertOptions = {},
): AsyncGenerator<string, void, undefined> {
  const bundle = await openBundle(file);
  const folder = await mkdtemp(join(options.workFolder ?? tmpdir(), "roomporter-convert-"));
  try {
    const conversation = await Conversation.read(bundle, await openDiskNotes(folder));
    try {
      yield* WRITERS[shape](conversation, options);
    } finally {
      await conversation.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
    await bundle.close();
  }
}
