import type { RequestHandler } from "express";
import { keyIdOf, pemOf } from "../../bundle/signature.ts";
import { withFailures } from "../../requests/failure-of.ts";
import type { SigningKeys } from "../../ports/signing-keys.ts";

/** The public keys of this service, newest first: for everybody who holds a bundle of it. */
export function keysPage(keys: Pick<SigningKeys, "all">, serverName: string): RequestHandler {
  return async (_request, response) => {
    const all = await withFailures(() => keys.all());
    response.json({
      keys: all.map(({ public_key, created_at }) => ({
        key_id: keyIdOf(public_key),
        algorithm: "ed25519",
        server_name: serverName,
        public_key,
        pem: pemOf(public_key),
        created_at: new Date(created_at).toISOString(),
      })),
    });
  };
}
