import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";

/**
 * Keeps in the database what people wrote in such a way that nobody reads it there: neither in its tables nor in what a database
 * leaves behind of rows that are gone, nor in copies of it. The secret is not in the database.
 */
export interface Sealing {
  seal(text: string): string;
  /** undefined: it was sealed with another secret */
  open(stored: string): string | undefined;
  /** The same for the same text, to be found by; it does not lead back to the text. */
  blind(text: string): string;
}

/** Stands before what is sealed (AES-256-GCM: nonce, tag, ciphertext; base64). */
const MARK = "sealed:";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** @param secret of the service; with another one nothing can be opened */
export function sealing(secret: string): Sealing {
  const keyFor = (use: string): Buffer => Buffer.from(hkdfSync("sha256", secret, "", `roomporter ${use}`, 32));
  const sealKey = keyFor("seal");
  const blindKey = keyFor("blind");
  return {
    seal(text) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", sealKey, nonce);
      const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return MARK + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64");
    },

    open(stored) {
      // written by a version that did not seal
      if (!stored.startsWith(MARK)) return stored;
      const bytes = Buffer.from(stored.slice(MARK.length), "base64");
      try {
        const decipher = createDecipheriv("aes-256-gcm", sealKey, bytes.subarray(0, NONCE_BYTES));
        decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
        return Buffer.concat([text, decipher.final()]).toString("utf8");
      } catch {
        return undefined;
      }
    },

    blind: (text) => createHmac("sha256", blindKey).update(text).digest("hex"),
  };
}
