import { bundleEntries } from "../../src/bundle/archive/bundle-layout.ts";
import { openArchive } from "../../src/bundle/open-bundle.ts";

/** The manifest of a bundle but for what says when and by whom it was exported. */
export async function manifestText(file: string): Promise<string> {
  const { archive, close } = await openArchive(file);
  const chunks: Buffer[] = [];
  const { manifest } = bundleEntries(archive.directory);
  if (manifest) for await (const chunk of archive.read(manifest)) chunks.push(chunk);
  await close();
  return Buffer.concat(chunks)
    .toString()
    .replaceAll(/^"exported_(?:at|by)":.*\n/gm, "");
}
