import { isUtf8 } from "node:buffer";
import { isObject, isTooDeep, parseJson, type JsonObject } from "../matrix/json.ts";
import { MAX_DEPTH, MAX_EVENT_BYTES } from "./limits.ts";
import type { ManifestHead } from "./manifest/manifest.ts";

/** The original content that an import had to put into a file; undefined where that is not there, or is no content of an event. */
export async function contentInFile(
  bundle: { head: ManifestHead; openMedia(sha256: string): Promise<AsyncIterable<Buffer>> },
  sha256: string,
): Promise<JsonObject | undefined> {
  const size = bundle.head.media.get(sha256)?.size;
  if (size === undefined || size > MAX_EVENT_BYTES) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of await bundle.openMedia(sha256)) chunks.push(chunk);
  try {
    const bytes = Buffer.concat(chunks);
    const value = isUtf8(bytes) ? parseJson(bytes.toString()) : null;
    return isObject(value) && !isTooDeep(value, MAX_DEPTH) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
