import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import type { JsonObject } from "../../matrix/json.ts";
import type { MediaTarget } from "../../ports/homeserver/homeserver.ts";

/** Files that are uploaded encrypted (client-server API, "Sending encrypted attachments"), each with a key of its own. */
export class EncryptedFiles {
  /** how to open each, by its address: the `file` of a message, which stands in what is encrypted and nowhere else */
  readonly descriptions = new Map<string, JsonObject>();
  readonly #target: MediaTarget;

  constructor(target: MediaTarget) {
    this.#target = target;
  }

  /** As `MediaTarget.upload`; the homeserver learns neither name nor type. @param size bytes @throws HomeserverError */
  async upload(open: () => Promise<Readable>, size: number): Promise<string> {
    const key = randomBytes(32);
    // the lower half counts blocks
    const iv = Buffer.concat([randomBytes(8), Buffer.alloc(8)]);
    let sha256 = "";
    const openEncrypted = async (): Promise<Readable> => {
      const plain = await open();
      async function* encrypted(): AsyncGenerator<Buffer, void, undefined> {
        const cipher = createCipheriv("aes-256-ctr", key, iv);
        const hash = createHash("sha256");
        for await (const chunk of plain as AsyncIterable<Buffer>) {
          const bytes = cipher.update(chunk);
          hash.update(bytes);
          yield bytes;
        }
        sha256 = unpadded(hash.digest("base64"));
      }
      return Readable.from(encrypted(), { objectMode: false });
    };
    const url = await this.#target.upload(openEncrypted, size, "application/octet-stream");
    this.descriptions.set(url, {
      url,
      v: "v2",
      key: { kty: "oct", key_ops: ["encrypt", "decrypt"], alg: "A256CTR", k: key.toString("base64url"), ext: true },
      iv: unpadded(iv.toString("base64")),
      hashes: { sha256 },
    });
    return url;
  }
}

function unpadded(base64: string): string {
  return base64.replaceAll("=", "");
}
