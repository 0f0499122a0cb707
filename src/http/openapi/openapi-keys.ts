import type { JsonObject } from "../../matrix/json.ts";

const KEY: JsonObject = {
  type: "object",
  required: ["key_id", "algorithm", "server_name", "public_key", "pem", "created_at"],
  properties: {
    key_id: { type: "string" },
    algorithm: { const: "ed25519" },
    server_name: { type: "string" },
    public_key: { type: "string", description: "32 bytes in base64" },
    pem: { type: "string", description: "The same for other programs" },
    created_at: { type: "string", format: "date-time" },
  },
};

/** `/v1/keys` */
export const KEYS: JsonObject = {
  get: {
    operationId: "listKeys",
    summary: "The public keys with which this service signs its bundles, newest first",
    description: "How a signature is checked, also with other programs: docs/bundle-format.md. Needs no token.",
    responses: {
      "200": {
        description: "At least one",
        content: {
          "application/json": {
            schema: { type: "object", required: ["keys"], properties: { keys: { type: "array", items: KEY } } },
          },
        },
      },
      "503": { $ref: "#/components/responses/503" },
    },
  },
};
