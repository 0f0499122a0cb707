import { mkdir, mkdtemp, rename, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { openBundle } from "../../bundle/open-bundle.ts";
import { openCollection } from "../../collections/open-collection.ts";
import { PageWriter } from "../pages/page-writer.ts";
import { renderFolder } from "../render.ts";
import { collectionPage, type RenderedRoom } from "./collection-page.ts";

/**
 * A collection as static HTML: a page that lists its rooms, and for each room a folder as `renderFolder` makes it. Nothing is there
 * under its name before everything is. @throws CollectionError, BundleError
 */
export async function renderCollection(
  file: string,
  folder: string,
  onProgress?: (done: number, total: number) => void,
): Promise<void> {
  const path = resolve(folder);
  const work = await mkdtemp(join(dirname(path), `.${basename(path)}.`));
  const collection = await openCollection(file);
  try {
    const made = join(work, "made");
    await mkdir(join(made, "rooms"), { recursive: true });
    const { index } = collection;
    const rooms: RenderedRoom[] = [];
    for (const [done, room] of index.rooms.entries()) {
      onProgress?.(done, index.rooms.length);
      const copy = join(work, "room.zip");
      await collection.extract(room, copy);
      const bundle = await openBundle(copy);
      try {
        const target = room.file.replace(/\.zip$/, "");
        await renderFolder(bundle, join(made, target));
        rooms.push({ room, href: `${target}/index.html`, topic: bundle.head.room.topic });
      } finally {
        await bundle.close();
        await rm(copy);
      }
    }
    const page = await PageWriter.open(join(made, "index.html"));
    await page.write(collectionPage(index, rooms)).finally(() => page.close());
    await rmdir(path).catch(unlessMissing);
    await rename(made, path);
  } finally {
    await collection.close();
    await rm(work, { recursive: true, force: true });
  }
}

function unlessMissing(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
}
