import { z } from "zod";
import { pemOf } from "../../../bundle/public-keys.ts";
import { keyIdOf } from "../../../bundle/signature.ts";
import type { SigningKeys } from "../../../ports/signing-keys.ts";
import { withFailures } from "../../../requests/failures/failure-of.ts";
import { json } from "../../answers.ts";
import type { OpenRoute } from "../../route.ts";

const KEY = z
  .object({
    key_id: z.string(),
    algorithm: z.literal("ed25519"),
    server_name: z.string(),
    public_key: z.string().describe("32 bytes in base64"),
    pem: z.string().describe("the same for other programs"),
    created_at: z.iso.datetime(),
  })
  .meta({ id: "Key" });

/** The public keys of this service, newest first: for everybody who holds a bundle of it. */
export function listKeysRoute(keys: Pick<SigningKeys, "all">, serverName: string): OpenRoute {
  return {
    open: true,
    method: "get",
    path: "/v1/keys",
    operationId: "listKeys",
    summary: "The public keys with which this service signs its bundles, newest first",
    description: "How a signature is checked, also with other programs: docs/bundle-format.md. Needs no token.",
    answers: { 200: json(z.object({ keys: z.array(KEY) }), "At least one") },
    fails: [503],
    async handle(_request, response) {
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
    },
  };
}
