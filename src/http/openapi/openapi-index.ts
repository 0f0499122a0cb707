import type { JsonObject } from "../../matrix/json.ts";
import { bearer, failures, parameter } from "./openapi-parts.ts";

const LINE: JsonObject = {
  type: "object",
  required: ["type", "next"],
  properties: {
    type: { enum: ["event", "remove", "remove_room", "end"] },
    room_id: { type: "string" },
    event_id: { type: "string", description: "The same for all lines of one message, edits included" },
    event_type: { type: "string" },
    sender: { type: "string", description: "Who wrote it; of what an import brought, the original author" },
    origin_server_ts: { type: "integer", description: "Milliseconds since the epoch" },
    state_key: { type: "string" },
    body: { type: "string", description: "The text, where there is one" },
    content: { type: "object", description: "As it stands now: of an edited message, the latest" },
    edited_ts: { type: "integer", description: "When it was edited last" },
    _imported_sender: { type: "object", description: "The author of what an import brought, as they were then" },
    more: { type: "boolean", description: "Of the last line: is there more to be had at once?" },
    next: { type: "string", description: "Token with which to go on after this line" },
  },
};

/** The feed for indexers. */
export const INDEX_PATHS: JsonObject = {
  "/v1/index/events": {
    get: {
      operationId: "indexEvents",
      summary: "What search engines may know, and must forget",
      description:
        "For admins and admin tokens. One JSON object a line; the last one is of the type `end`: without it the answer has broken off, and is gone on with from the last whole line. Every line is delivered at least once. More in docs/indexing.md.",
      security: bearer,
      parameters: [
        parameter("query", "since", "The token of the last line that was dealt with; without it, from the start"),
        parameter("query", "limit", "At most so many lines", { type: "integer", default: 100, maximum: 1000 }),
      ],
      responses: {
        "200": { description: "The lines", content: { "application/x-ndjson": { schema: LINE } } },
        ...failures(400, 403, 503),
      },
    },
  },
};
