import { createHash, createPublicKey, verify } from "node:crypto";
import { canonicalJson, isTooDeep, parseJson, stringMember, type JsonValue } from "../matrix/json.ts";
import { BundleError } from "./faults.ts";
import { MAX_DEPTH } from "./limits.ts";

/** What a service signs with. */
export interface BundleSigner {
  /** ed25519, 32 bytes in base64 */
  readonly publicKey: string;
  /** the 64 bytes of the signature */
  sign(message: Buffer): Buffer;
}

/** The signature that a bundle carries, and the key that belongs to it, as the bundle says. */
export interface BundleSignature {
  /** `ed25519:` and the beginning of the key's hash */
  key_id: string;
  /** 32 bytes in base64 */
  public_key: string;
  /** 64 bytes in base64 */
  signature: string;
}

/** Whose hash it is that is signed. */
export type SignedDocument = "bundle manifest.json" | "collection index.json";

const TYPE = "io.roomporter.signature";
const ALGORITHM = "ed25519";
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** What stands before the 32 bytes of an ed25519 key in a SubjectPublicKeyInfo (RFC 8410). */
const SPKI_HEAD = Buffer.from("302a300506032b6570032100", "hex");
const PEM = /-----BEGIN PUBLIC KEY-----[^-]*-----END PUBLIC KEY-----/g;

/** The comment of a signed archive. @param sha256 of the document, hexadecimal */
export function signatureComment(signer: BundleSigner, document: SignedDocument, sha256: string): Buffer {
  const signature = signer.sign(signedMessage(document, sha256)).toString("base64");
  const key = { key_id: keyIdOf(signer.publicKey), public_key: signer.publicKey };
  return Buffer.from(canonicalJson({ type: TYPE, algorithm: ALGORITHM, ...key, signature }));
}

/**
 * The signature in the comment of an archive; undefined where the comment is none, or says something else.
 * @throws BundleError signature_invalid where it is one, but of another shape
 */
export function readSignature(comment: Buffer): BundleSignature | undefined {
  const block = jsonOf(comment);
  if (stringMember(block, "type") !== TYPE) return undefined;
  const publicKey = stringMember(block, "public_key") ?? "";
  const keyId = stringMember(block, "key_id");
  const signature = stringMember(block, "signature") ?? "";
  const sound =
    stringMember(block, "algorithm") === ALGORITHM &&
    isBase64Of(publicKey, KEY_BYTES) &&
    isBase64Of(signature, SIGNATURE_BYTES) &&
    keyId === keyIdOf(publicKey);
  if (!sound) throw new BundleError("signature_invalid");
  return { key_id: keyId, public_key: publicKey, signature };
}

/** Is it the signature of this document by that key? @param sha256 of the document, hexadecimal */
export function isSignatureOf(
  { public_key, signature }: BundleSignature,
  document: SignedDocument,
  sha256: string,
): boolean {
  const key = createPublicKey(pemOf(public_key));
  return verify(null, signedMessage(document, sha256), key, Buffer.from(signature, "base64"));
}

/** The name of a public key (base64). */
export function keyIdOf(publicKey: string): string {
  const hash = createHash("sha256").update(Buffer.from(publicKey, "base64")).digest("hex");
  return `${ALGORITHM}:${hash.slice(0, 16)}`;
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

/** A short text, not the manifest itself: a signature of this kind is made over bytes that are held in memory. */
function signedMessage(document: SignedDocument, sha256: string): Buffer {
  return Buffer.from(`io.roomporter.${document} sha256:${sha256}\n`);
}

function isBase64Of(text: string, bytes: number): boolean {
  const decoded = Buffer.from(text, "base64");
  return decoded.length === bytes && decoded.toString("base64") === text;
}

function jsonOf(comment: Buffer): JsonValue | undefined {
  try {
    const value = parseJson(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(comment));
    return isTooDeep(value, MAX_DEPTH) ? undefined : value;
  } catch {
    return undefined;
  }
}
