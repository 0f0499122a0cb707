import { createPublicKey, verify } from "node:crypto";
import {
  ALGORITHM,
  isBase64Of,
  KEY_BYTES,
  signedMessage,
  type BundleSignature,
  type SignedDocument,
} from "./signature.ts";

/** What stands before the 32 bytes of an ed25519 key in a SubjectPublicKeyInfo (RFC 8410). */
const SPKI_HEAD = Buffer.from("302a300506032b6570032100", "hex");
const PEM = /-----BEGIN PUBLIC KEY-----[^-]*-----END PUBLIC KEY-----/g;

/** Is it the signature of this document by that key? @param sha256 of the document, hexadecimal */
export function isSignatureOf(
  { public_key, signature }: BundleSignature,
  document: SignedDocument,
  sha256: string,
): boolean {
  const key = createPublicKey(pemOf(public_key));
  return verify(null, signedMessage(document, sha256), key, Buffer.from(signature, "base64"));
}

/** A public key (base64) for other programs: SubjectPublicKeyInfo in PEM, with a line feed at its end. */
export function pemOf(publicKey: string): string {
  const der = Buffer.concat([SPKI_HEAD, Buffer.from(publicKey, "base64")]);
  return `-----BEGIN PUBLIC KEY-----\n${der.toString("base64")}\n-----END PUBLIC KEY-----\n`;
}

/** The ed25519 public keys (base64) in a text: one in base64, or any number in PEM. Empty where it holds anything else. */
export function publicKeysIn(text: string): string[] {
  const bare = text.trim();
  if (isBase64Of(bare, KEY_BYTES)) return [bare];
  const keys = [...text.matchAll(PEM)].map(([pem]) => rawKeyOf(pem));
  return keys.includes(undefined) ? [] : keys.filter((key) => key !== undefined);
}

function rawKeyOf(pem: string): string | undefined {
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType !== ALGORITHM) return undefined;
    return key.export({ type: "spki", format: "der" }).subarray(SPKI_HEAD.length).toString("base64");
  } catch {
    return undefined;
  }
}
