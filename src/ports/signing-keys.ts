import type { BundleSigner } from "../bundle/signature.ts";

/** A public key under which this service's signatures are known. */
export interface PublicKey {
  /** 32 bytes in base64 */
  public_key: string;
  /** milliseconds since the epoch */
  created_at: number;
}

/** The keys with which the service signs its bundles: of all its processes the same ones. */
export interface SigningKeys {
  /** Signs with the newest key; makes one where there is none. @throws StoreAway */
  signer(): Promise<BundleSigner>;
  /** All keys, newest first. @throws StoreAway */
  all(): Promise<PublicKey[]>;
}
