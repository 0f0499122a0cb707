import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { parseEvent } from "../../bundle/manifest/manifest-head.ts";
import type { BundleEvent, ManifestHead, Viewer } from "../../bundle/manifest/manifest.ts";
import type { MediaFile } from "../../bundle/write-bundle.ts";
import type { DiskSpace } from "../../ports/disk-space.ts";

/** A viewer that lies on disk until the bundle is written. */
export interface MadeViewer extends Viewer {
  file: string;
  remove(): Promise<void>;
}

/**
 * Makes the page that goes into a bundle from what was collected for it. `events` can be called again and again: the lines of the
 * events, in chunks that end with a line. `parent`: where a folder for it can be made.
 * @throws StorageError where there is no space for it; the signal's reason
 */
export async function makeViewer(
  head: ManifestHead,
  events: () => AsyncIterable<Buffer>,
  media: readonly MediaFile[],
  parent: string,
  { space, signal }: { space: DiskSpace; signal: AbortSignal },
): Promise<MadeViewer> {
  const folder = await mkdtemp(join(parent, "viewer-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const files = new Map(media.map((each) => [each.sha256, each]));
    const fileOf = (sha256: string): MediaFile => {
      const file = files.get(sha256);
      if (!file) throw new Error("a file of the manifest was not collected");
      return file;
    };
    // each time that the events are read, about as much is written as they take
    const permitted = async function* (): AsyncGenerator<Buffer, void, undefined> {
      for await (const chunk of events()) {
        signal.throwIfAborted();
        await space.require(chunk.length);
        yield chunk;
      }
    };
    const source = {
      head,
      eventBatches: () => batches(permitted()),
      async openMedia(sha256: string) {
        const { file } = fileOf(sha256);
        if (typeof file === "string") return createReadStream(file);
        return "read" in file ? Readable.from([await file.read()]) : await file();
      },
      mediaFileName: (sha256: string) => fileOf(sha256).name,
    };
    const file = join(folder, "viewer.html");
    const { renderViewer } = await import("../../render/render.ts");
    await renderViewer(source, file, folder);
    return { file, ...(await measured(file)), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function* batches(chunks: AsyncIterable<Buffer>): AsyncGenerator<BundleEvent[], void, undefined> {
  let index = 0;
  for await (const chunk of chunks)
    yield chunk
      .toString()
      .trimEnd()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => parseEvent(line, index++));
}

async function measured(file: string): Promise<Viewer> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { sha256: hash.digest("hex"), size };
}
