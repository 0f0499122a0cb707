import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { asBuffer } from "../../imports/reader/node-buffer.ts";

/** As much of Node's hashes as decrypting uses; the build puts it in the place of `node:crypto`. */
class BrowserHash {
  readonly #hash = sha256.create();

  update(bytes: Uint8Array): this {
    this.#hash.update(bytes);
    return this;
  }

  digest(): Buffer<ArrayBuffer>;
  digest(encoding: "hex"): string;
  digest(encoding?: "hex"): Buffer<ArrayBuffer> | string {
    const digest = this.#hash.digest();
    return encoding === "hex" ? bytesToHex(digest) : asBuffer(new Uint8Array(digest));
  }
}

/** @public imported as `node:crypto` */
export function createHash(_algorithm: "sha256"): BrowserHash {
  return new BrowserHash();
}
