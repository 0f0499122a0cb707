import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openBundle } from "../../../../src/bundle/open-bundle.ts";
import { renderViewer } from "../../../../src/render/render.ts";
import { rawEntries, rawZip, type RawEntry } from "../../bundle/raw-zip.ts";

/** The entries of a sample bundle with its viewer, to be changed and packed with `rawZip`. */
export async function entriesWithViewer(file: string, directory: string): Promise<RawEntry[]> {
  const work = await mkdtemp(join(directory, "work-"));
  const bundle = await openBundle(file);
  try {
    await renderViewer(bundle, join(work, "viewer.html"), work);
    const data = await readFile(join(work, "viewer.html"));
    const sha256 = createHash("sha256").update(data).digest("hex");
    const member = `"viewer":{"sha256":"${sha256}","size":${data.length}},\n`;
    const [manifest, ...media] = rawEntries(await readFile(file));
    if (!manifest) throw new Error("the bundle is empty");
    const listed = manifest.data.toString().replace('"senders":{', `${member}"senders":{`);
    return [{ ...manifest, data: Buffer.from(listed) }, { name: "viewer.html", data }, ...media];
  } finally {
    await bundle.close();
    await rm(work, { recursive: true });
  }
}

/** Packs entries into a file of that name; gives its path. */
export async function packed(entries: RawEntry[], directory: string, name: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, rawZip(entries));
  return path;
}
