import { contentInFile } from "../../../bundle/content-file.ts";
import type { Bundle } from "../../../bundle/open-bundle.ts";
import type { OriginalEvent } from "../../../bundle/original.ts";

/** An event whose content an earlier import had to put into a file, with that content; as it is where the file is not there. */
export async function readContentFile(bundle: Bundle, original: OriginalEvent): Promise<OriginalEvent> {
  const content = original.contentFile && (await contentInFile(bundle, original.contentFile.sha256));
  return content ? { ...original, content } : original;
}
