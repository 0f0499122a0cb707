import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** The SHA-256 of a file, hexadecimal, whatever its size. @throws AbortError */
export async function hashFile(file: Blob, signal: AbortSignal): Promise<string> {
  const hash = sha256.create();
  await file.stream().pipeTo(new WritableStream({ write: (chunk) => void hash.update(chunk) }), { signal });
  return bytesToHex(hash.digest());
}
