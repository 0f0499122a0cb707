import type { JsonObject } from "../../matrix/json.ts";
import { bearer, failures, json } from "./openapi-parts.ts";
import { STARTED } from "./openapi-schemas.ts";

/** The export of all rooms. */
export const GDPR_PATHS: JsonObject = {
  "/v1/gdpr/export": {
    post: {
      operationId: "exportAllRooms",
      summary: "Export all rooms, or all rooms of one user, as a job",
      description:
        "For admins and admin tokens. The job's bundle is one ZIP: a bundle for each room, and index.json, which also says what was left out and why. More in docs/gdpr.md.",
      security: bearer,
      requestBody: {
        content: {
          "application/json": {
            schema: {
              type: "object",
              additionalProperties: false,
              properties: {
                user_id: { type: "string", description: "Only rooms of this user, and of them what they may see" },
              },
            },
          },
        },
      },
      responses: { "202": json(STARTED, "Queued"), ...failures(400, 403, 503) },
    },
  },
};
