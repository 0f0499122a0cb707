import { keyIdOf, type BundleSignature } from "../bundle/signature.ts";
import { member, objectMember, stringMember, type JsonObject } from "../matrix/json.ts";
import type { SigningKeys } from "../ports/signing-keys.ts";

/** A key of which it is known whose it is. */
export interface KnownKey {
  server_name: string;
  /** 32 bytes in base64 */
  public_key: string;
}

/** Who signed a bundle, at every door. */
export type SignedBy = {
  key_id: string;
  /** the homeserver that the bundle names as its source */
  server_name: string;
  /** is the key known to be that homeserver's? */
  verified: boolean;
};

/** Keys that are known: this service's own, and those that its operator trusts. @throws StoreAway */
export async function knownKeys(
  own: SigningKeys,
  serverName: string,
  trusted: readonly KnownKey[],
): Promise<KnownKey[]> {
  const keys = await own.all();
  return [...keys.map(({ public_key }) => ({ server_name: serverName, public_key })), ...trusted];
}

/** Says whose signature it is. @param serverName of the bundle's source */
export function signedBy(
  { key_id, public_key }: Pick<BundleSignature, "key_id" | "public_key">,
  serverName: string,
  known: readonly KnownKey[],
): SignedBy {
  const verified = known.some((key) => key.server_name === serverName && key.public_key === public_key);
  return { key_id, server_name: serverName, verified };
}

/** Of what this service has signed itself. */
export function signedHere(publicKey: string, serverName: string): SignedBy {
  return { key_id: keyIdOf(publicKey), server_name: serverName, verified: true };
}

/** The member `signed_by` of a job's parameters or report; undefined where the bundle is not signed. */
export function signedByIn(holder: unknown): SignedBy | undefined {
  const block: JsonObject | undefined = objectMember(holder, "signed_by");
  const keyId = stringMember(block, "key_id");
  const serverName = stringMember(block, "server_name");
  if (keyId === undefined || serverName === undefined) return undefined;
  return { key_id: keyId, server_name: serverName, verified: member(block, "verified") === true };
}
