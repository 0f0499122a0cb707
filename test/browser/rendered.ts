import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openBundle } from "../../src/bundle/open-bundle.ts";
import { renderFolder, renderSingleFile } from "../../src/render/render.ts";
import { verifyBundle } from "../../src/bundle/verify/verify.ts";
import { writeSample, type SampleRoom } from "../unit/bundle/sample.ts";

/** Where a browser finds the pages of a room. */
export interface Rendered {
  folder: string;
  /** first page of the folder */
  pages: string;
  single: string;
}

/** Writes the room as a sound bundle, and renders it both ways. */
export async function rendered(room: SampleRoom, directory: string, name: string): Promise<Rendered> {
  const file = await writeSample(room, directory, `${name}.zip`);
  const { faults } = await verifyBundle(file);
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  const folder = join(directory, name);
  const bundle = await openBundle(file);
  try {
    await renderFolder(bundle, folder);
    await renderSingleFile(bundle, `${folder}.html`);
  } finally {
    await bundle.close();
  }
  return {
    folder,
    pages: pathToFileURL(join(folder, "index.html")).href,
    single: pathToFileURL(`${folder}.html`).href,
  };
}
