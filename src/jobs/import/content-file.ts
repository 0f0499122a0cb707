import type { Bundle } from "../../bundle/open-bundle.ts";
import type { OriginalEvent } from "../../bundle/original.ts";
import { isObject, parseJson } from "../../matrix/json.ts";

/** An event whose content an earlier import had to put into a file, with that content; as it is where the file is not there. */
export async function readContentFile(bundle: Bundle, original: OriginalEvent): Promise<OriginalEvent> {
  const { contentFile } = original;
  if (!contentFile) return original;
  const { uri } = contentFile;
  const found = [...bundle.head.media].find(([, entry]) => entry.uris.includes(uri));
  if (!found) return original;
  const chunks: Buffer[] = [];
  for await (const chunk of await bundle.openMedia(found[0])) chunks.push(chunk as Buffer);
  try {
    const content = parseJson(Buffer.concat(chunks).toString());
    return isObject(content) ? { ...original, content } : original;
  } catch (error) {
    if (error instanceof SyntaxError) return original;
    throw error;
  }
}
