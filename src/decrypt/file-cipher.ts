import { createDecipheriv } from "node:crypto";

/**
 * Decrypts a file piece by piece (AES-256 in counter mode, client-server API "Sending encrypted attachments"). On the web page
 * web/decrypt/browser/file-cipher.ts takes the place of this file.
 * @param key 32 bytes @param iv the first counter block, 16 bytes
 */
export function fileCipher(key: Buffer, iv: Buffer): { decrypt(chunk: Buffer): Buffer | Promise<Buffer> } {
  const decipher = createDecipheriv("aes-256-ctr", key, iv);
  return { decrypt: (chunk) => decipher.update(chunk) };
}
