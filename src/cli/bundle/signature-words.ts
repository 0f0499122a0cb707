import type { Verification } from "../../bundle/verify/verify.ts";

/**
 * Who signed something, in words.
 * @param keys those of which it is known whose they are; undefined where none was given
 */
export function signatureWords(signature: Verification["signature"], keys: readonly string[] | undefined): string {
  if (!signature) return "It is not signed.";
  if (!keys) return `Signed by ${signature.key_id}; --key tells whether that is a key you know.`;
  return `Signed by ${signature.key_id}, ${isBy(signature, keys) ? "the key you gave" : "which is not the key you gave"}.`;
}

/** The same of a bundle that was decrypted after it was signed. */
export function decryptionWords(
  { encrypted, decrypted, signature }: NonNullable<Verification["decryption"]>,
  keys: readonly string[] | undefined,
): string {
  const signed = signature ? signatureWords(signature, keys) : "The exported bundle was not signed.";
  return `${signed}\nDecrypted afterwards by whoever held the keys: ${String(decrypted)} of ${String(encrypted)} encrypted events. Nothing proves their texts and authors.`;
}

export function isBy(signature: Verification["signature"], keys: readonly string[]): boolean {
  return signature !== null && keys.includes(signature.public_key);
}
