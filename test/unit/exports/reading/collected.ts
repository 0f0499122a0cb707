import { createWriteStream } from "node:fs";
import { WHOLE_ROOM } from "../../../../src/exports/options.ts";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { BundleEvent, ManifestHead } from "../../../../src/bundle/manifest/manifest.ts";
import { openBundle } from "../../../../src/bundle/open-bundle.ts";
import { collectRoom, type ExportInput } from "../../../../src/exports/export-room.ts";
import { AMPLE } from "../../../support/fakes/ample-space.ts";

const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** An export, read back from the ZIP. */
export interface Collected {
  head: ManifestHead;
  events: BundleEvent[];
  /** texts of the media, by SHA-256 */
  files: Map<string, string>;
  /** names in the archive, by SHA-256 */
  fileNames: Map<string, string>;
}

type Needed = Pick<ExportInput, "reader" | "media">;

/** Exports a room into a ZIP and reads that. The spool is looked at: nothing may be left in it. */
export async function collect(input: Needed & Partial<ExportInput>): Promise<Collected> {
  const folder = await mkdtemp(join(tmpdir(), "roomporter-collect-"));
  try {
    const spoolDir = join(folder);
    const room = await collectRoom({ ...DEFAULTS, exportedBy: input.reader.userId, spoolDir, ...input }).catch(
      async (error: unknown) => {
        const left = await readdir(folder);
        if (left.length > 0) throw new Error(`left in the spool: ${left.join()}`, { cause: error });
        throw error;
      },
    );
    const file = join(folder, "bundle.zip");
    await room.writeTo(createWriteStream(file));
    await room.dispose();
    const left = await readdir(folder);
    if (left.length !== 1) throw new Error(`left in the spool: ${left.join()}`);
    return await bundled(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What an export is told beside its room. */
export const DEFAULTS = {
  roomId: "!room:here",
  serverName: "here",
  serviceUser: "@porter:here",
  options: WHOLE_ROOM,
  onProgress: () => undefined,
  signal: new AbortController().signal,
  space: AMPLE,
  clock: { now: () => 0 },
  logger: SILENT,
  generator: "test",
};

/** Reads a bundle whole. */
export async function bundled(file: string): Promise<Collected> {
  const bundle = await openBundle(file);
  try {
    const events: BundleEvent[] = [];
    for await (const event of bundle.events()) events.push(event);
    const files = new Map<string, string>();
    const fileNames = new Map<string, string>();
    for (const sha256 of bundle.head.media.keys()) {
      files.set(sha256, await text(await bundle.openMedia(sha256)));
      fileNames.set(sha256, bundle.mediaFileName(sha256));
    }
    return { head: bundle.head, events, files, fileNames };
  } finally {
    await bundle.close();
  }
}
