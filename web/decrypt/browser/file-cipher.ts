import type * as node from "../../../src/decrypt/file-cipher.ts";
import { asBuffer } from "../../imports/reader/node-buffer.ts";

const BLOCK = 16;

/** Decrypts a file piece by piece, by the browser's own cryptography, which counts blocks from the beginning of each piece. */
export const fileCipher: typeof node.fileCipher = (key, iv) => {
  const imported = crypto.subtle.importKey("raw", new Uint8Array(key), "AES-CTR", false, ["decrypt"]);
  let done = 0;
  return {
    async decrypt(chunk) {
      const before = done % BLOCK;
      const counter = counterAt(iv, Math.floor(done / BLOCK));
      done += chunk.length;
      const padded = new Uint8Array(before + chunk.length);
      padded.set(chunk, before);
      const plain = await crypto.subtle.decrypt({ name: "AES-CTR", counter, length: 128 }, await imported, padded);
      return asBuffer(new Uint8Array(plain, before));
    },
  };
};

/** The counter block after so many blocks: a number of 128 bits, the most significant byte first. */
function counterAt(iv: Uint8Array, blocks: number): Uint8Array<ArrayBuffer> {
  const counter = new Uint8Array(iv);
  for (let at = BLOCK - 1, carry = blocks; at >= 0 && carry > 0; at--) {
    const sum = (counter[at] as number) + (carry % 256);
    counter[at] = sum;
    carry = Math.floor(carry / 256) + (sum > 255 ? 1 : 0);
  }
  return counter;
}
