import type { JsonObject } from "../../matrix/json.ts";
import { AUDIT_ACTIONS, AUDIT_DETAILS, AUDIT_OUTCOMES } from "../../ports/audit-log.ts";
import { bearer, failures, parameter } from "./openapi-parts.ts";

const text: JsonObject = { type: "string" };
const hash: JsonObject = { type: "string", pattern: "^[0-9a-f]{64}$" };

/** What does not apply is absent. */
const ROW: JsonObject = {
  type: "object",
  required: ["position", "at", "action", "outcome", "door", "actor", "previous_hash", "hash"],
  properties: {
    position: { type: "integer", minimum: 1 },
    at: { type: "string", format: "date-time" },
    action: { type: "string", enum: [...AUDIT_ACTIONS] },
    outcome: { type: "string", enum: [...AUDIT_OUTCOMES] },
    door: { type: "string", enum: ["http", "bot", "cli", "service"] },
    actor: { type: "string", description: "A user id, admin:NAME for an admin token, or service" },
    on_behalf_of: text,
    room_id: text,
    target: text,
    job_id: text,
    reasons: { type: "array", items: text, description: "Error codes and codes of refusals" },
    details: { type: "array", items: { type: "string", enum: [...AUDIT_DETAILS] } },
    count: { type: "integer" },
    previous_hash: hash,
    hash: { ...hash, description: "SHA-256 of the canonical JSON of all other members" },
  },
};
const rows = (description: string): JsonObject => ({ schema: { type: "string", description } });

export const AUDIT_PATHS: JsonObject = {
  "/v1/audit": {
    get: {
      operationId: "readAudit",
      summary: "The audit log: who did what (admins)",
      description: "That it was read stands in it too.",
      security: bearer,
      parameters: [
        parameter("query", "action", "Only this", { type: "string", enum: [...AUDIT_ACTIONS] }),
        parameter("query", "outcome", "Only with this end", { type: "string", enum: [...AUDIT_OUTCOMES] }),
        parameter("query", "actor", "Only what this user, admin token or the service itself did"),
        parameter("query", "room_id", "Only in this room"),
        parameter("query", "since", "Only from then on: a date (UTC), or a date and time with offset (RFC 3339)"),
        parameter("query", "until", "Only before then"),
        parameter("query", "dir", "b: newest first; f: oldest first", {
          type: "string",
          enum: ["b", "f"],
          default: "b",
        }),
        parameter("query", "from", "`next_batch` of the page before"),
        parameter("query", "limit", "Rows at most; JSON: of one page, 100 if nothing is said, 1000 at most", {
          type: "integer",
          minimum: 1,
        }),
        parameter("query", "format", "Instead of the header Accept", {
          type: "string",
          enum: ["json", "ndjson", "csv"],
        }),
      ],
      responses: {
        "200": {
          description: "A page of JSON; as NDJSON or CSV everything that was asked for",
          content: {
            "application/json": {
              schema: {
                type: "object",
                required: ["rows"],
                properties: {
                  rows: { type: "array", items: ROW },
                  next_batch: { type: "string", description: "Absent: this is the last page" },
                },
              },
            },
            "application/x-ndjson": rows("One row a line, as in JSON"),
            "text/csv": rows("A head and one row a line; lists are separated by spaces, what is absent is empty"),
          },
        },
        ...failures(400, 403, 503),
      },
    },
  },
};
