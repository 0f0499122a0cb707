import { createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import type { BundleSigner } from "../../src/bundle/signature.ts";

/** A signer with a new key of its own. */
export function testSigner(): BundleSigner {
  const { privateKey } = generateKeyPairSync("ed25519");
  const der = createPublicKey(privateKey).export({ type: "spki", format: "der" });
  const publicKey = der.subarray(-32).toString("base64");
  return { publicKey, sign: (message) => sign(null, message, privateKey) };
}
