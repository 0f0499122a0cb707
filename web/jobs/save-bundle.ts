import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { saveFile } from "../ui/save-file.ts";

/** A bundle that was handed over to the browser's downloads. */
export interface SavedBundle {
  /** SHA-256, hexadecimal */
  hash: string;
  file: File;
}

/**
 * Hands a bundle over to the browser's downloads. The browser keeps what is large on disk.
 * @throws TypeError where the connection ends too early
 */
export async function saveBundle(response: Response, name: string): Promise<SavedBundle> {
  if (response.body === null) throw new TypeError("an empty answer");
  const hash = sha256.create();
  const counted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      hash.update(chunk);
      controller.enqueue(chunk);
    },
  });
  const file = await new Response(response.body.pipeThrough(counted)).blob();
  saveFile(file, name);
  return { hash: bytesToHex(hash.digest()), file: new File([file], name) };
}
