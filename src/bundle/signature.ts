import { createHash } from "node:crypto";
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
export const ALGORITHM = "ed25519";
/** of an ed25519 key */
export const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

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

/** The name of a public key (base64). */
export function keyIdOf(publicKey: string): string {
  const hash = createHash("sha256").update(Buffer.from(publicKey, "base64")).digest("hex");
  return `${ALGORITHM}:${hash.slice(0, 16)}`;
}

/** A short text, not the manifest itself: a signature of this kind is made over bytes that are held in memory. */
export function signedMessage(document: SignedDocument, sha256: string): Buffer {
  return Buffer.from(`io.roomporter.${document} sha256:${sha256}\n`);
}

/** Is it base64, with padding, of so many bytes? */
export function isBase64Of(text: string, bytes: number): boolean {
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
