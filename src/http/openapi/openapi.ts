import type { JsonObject } from "../../matrix/json.ts";
import { GDPR_PATHS } from "./openapi-gdpr.ts";
import { INDEX_PATHS } from "./openapi-index.ts";
import { AUDIT_PATHS } from "./openapi-audit.ts";
import { bearer, failures, json, parameter, zip } from "./openapi-parts.ts";
import { KEYS } from "./openapi-keys.ts";
import { ROOM_PATHS } from "./openapi-rooms.ts";
import { ERROR, JOB, STARTED } from "./openapi-schemas.ts";

const roomId = parameter("path", "roomId", "The room's id, percent-encoded");
const jobId = parameter("path", "jobId", "The job's id");
const exportParameters = [
  parameter("query", "viewer", "true: with `viewer.html` in the bundle, a page to read it with", {
    type: "boolean",
    default: false,
  }),
  parameter("query", "media", "false: leave media files out", { type: "boolean", default: true }),
  parameter("query", "since", "Only events from then on: a date (UTC), or a date and time with offset (RFC 3339)"),
  parameter("query", "until", "Only events before then"),
  parameter("query", "senders", "Only events by these users: at most 100 user ids, comma-separated or one at a time"),
  parameter("query", "thread", "Only the thread below this event, with what reacts to, edits and redacts its messages"),
  parameter(
    "query",
    "since_bundle",
    "Only what is not in an earlier bundle of the same part of the room: its bookmark, as `roomporter bundle show` gives it. 409 where the room does not show what that bundle holds",
  ),
];

/** OpenAPI 3.1 description of everything that the service answers, without what the homeserver alone calls. */
export function openApi(version: string): JsonObject {
  return {
    openapi: "3.1.0",
    info: {
      title: "Roomporter",
      version,
      description: "Exports Matrix rooms as bundles and imports them into new rooms.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    paths: {
      "/v1/rooms/{roomId}/export": {
        get: {
          operationId: "exportRoom",
          summary: "Export a room at once",
          description:
            "Read with the requester's own token, who must be joined to the room. With an admin token it is read as the service user.",
          security: bearer,
          parameters: [
            roomId,
            ...exportParameters,
            parameter("query", "as", "Admin tokens only: narrow the export to what this user may see"),
            parameter(
              "query",
              "progress",
              "While the room is read, /v1/jobs/{jobId} and its events show how far it is under this id of your choice",
              { type: "string", pattern: "^live-[A-Za-z0-9_-]{16,64}$" },
            ),
          ],
          responses: { "200": zip("The bundle"), ...failures(400, 403, 404, 409, 507) },
        },
      },
      "/v1/rooms/{roomId}/exports": {
        post: {
          operationId: "startExport",
          summary: "Export a room as a job",
          description:
            "Read as the service user, then narrowed to what the requester may see. The bundle is kept with the job.",
          security: bearer,
          parameters: [roomId, ...exportParameters],
          responses: { "202": json(STARTED, "Queued"), ...failures(400, 403, 404) },
        },
      },
      "/v1/rooms/import": {
        post: {
          operationId: "importRoom",
          summary: "Import a bundle into a new room",
          description: "The bundle is verified whole before anything is created.",
          security: bearer,
          parameters: [
            parameter("query", "wait", "Answer when the import is done, or after so many seconds", {
              type: "number",
              minimum: 0,
              maximum: 3600,
            }),
          ],
          requestBody: {
            required: true,
            content: {
              "multipart/form-data": {
                schema: {
                  type: "object",
                  required: ["bundle"],
                  properties: {
                    bundle: { type: "string", format: "binary" },
                    workspace_id: {
                      type: "string",
                      description: "The space that the room is to join: room id, alias or slug",
                    },
                    as: {
                      type: "string",
                      description: "With an admin token only, and needed there: the user for whom to import",
                    },
                  },
                },
              },
            },
          },
          responses: {
            "201": json(STARTED, "Imported"),
            "202": json(STARTED, "Queued, running, or ended without success: `state` and `error` say"),
            ...failures(400, 403, 404, 413, 503, 507),
          },
        },
      },
      ...ROOM_PATHS,
      "/v1/jobs": {
        get: {
          operationId: "listJobs",
          summary: "One's own jobs, newest first; to admins everybody's",
          security: bearer,
          responses: {
            "200": json(
              { type: "object", required: ["jobs"], properties: { jobs: { type: "array", items: JOB } } },
              "At most 100 jobs",
            ),
            ...failures(403),
          },
        },
      },
      "/v1/jobs/{jobId}": {
        get: {
          operationId: "showJob",
          summary: "One job",
          security: bearer,
          parameters: [jobId],
          responses: { "200": json(JOB, "The job"), ...failures(404) },
        },
        delete: {
          operationId: "cancelJob",
          summary: "Cancel a job; one that has ended stays as it is",
          description:
            "Nothing half-made is left: the service leaves the room of an unfinished import. With `keep` it stays, and the job can be retried.",
          security: bearer,
          parameters: [
            jobId,
            parameter("query", "keep", "true: keep what is made so far", { type: "boolean", default: false }),
          ],
          responses: { "200": json(JOB, "The job as it stands now"), ...failures(400, 404) },
        },
      },
      "/v1/jobs/{jobId}/retry": {
        post: {
          operationId: "retryJob",
          summary: "Go on with a job that has failed, or was cancelled with `keep`",
          description: "It goes on where it stood, under the same id, as long as what it had made is kept: seven days.",
          security: bearer,
          parameters: [jobId],
          responses: { "202": json(STARTED, "Queued again"), ...failures(404, 409, 410) },
        },
      },
      "/v1/jobs/{jobId}/events": {
        get: {
          operationId: "followJob",
          summary: "Follow a job until it has ended",
          description:
            "Server-sent events named `job`, each with the job as its data: at once, at each change (at most two a second) and last as it ended. While nothing changes a comment comes every 15 seconds.",
          security: bearer,
          parameters: [jobId],
          responses: {
            "200": {
              description: "A stream of events",
              content: { "text/event-stream": { schema: { type: "string" } } },
            },
            ...failures(404),
          },
        },
      },
      "/v1/jobs/{jobId}/bundle": {
        get: {
          operationId: "downloadBundle",
          summary: "The bundle that an export job has made",
          security: bearer,
          parameters: [jobId, parameter("header", "Range", "One range of bytes")],
          responses: { "200": zip("The bundle"), "206": zip("The range"), ...failures(404, 410, 416, 503) },
        },
      },
      "/v1/keys": KEYS,
      ...GDPR_PATHS,
      ...INDEX_PATHS,
      ...AUDIT_PATHS,
      "/v1/openapi.json": {
        get: {
          operationId: "describe",
          summary: "This description",
          responses: { "200": json({ type: "object" }, "OpenAPI 3.1") },
        },
      },
      "/live": {
        get: {
          operationId: "live",
          summary: "Does the process answer?",
          responses: { "200": json({ type: "object" }, "It does") },
        },
      },
      "/ready": {
        get: {
          operationId: "ready",
          summary: "Can the service do its work?",
          responses: {
            "200": json({ type: "object" }, "It can"),
            "503": json({ type: "object" }, "It cannot: `missing` says why"),
          },
        },
      },
      "/metrics": {
        get: {
          operationId: "metrics",
          summary: "What the service does, for monitoring",
          description: "In the text format of Prometheus, and only on listeners with the resource `metrics`.",
          responses: {
            "200": { description: "The metrics", content: { "text/plain": { schema: { type: "string" } } } },
          },
        },
      },
    },
    components: {
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          description: "A Matrix access token, or an admin token of the configuration",
        },
      },
      responses: {
        "400": json(ERROR, "Not well-formed, refused, or a bundle with faults: `reasons` lists them"),
        "401": json(ERROR, "No token, or one that is not known"),
        "403": json(ERROR, "Not allowed"),
        "404": json(ERROR, "Not there, or not to be seen"),
        "409": json(ERROR, "The job is not in a state for this"),
        "410": json(ERROR, "The bundle is not kept any more"),
        "413": json(ERROR, "The bundle is too large"),
        "416": json(ERROR, "No such range"),
        "429": json(ERROR, "Too many wrong tokens, or as many unfinished jobs as one may have"),
        "502": json(ERROR, "The homeserver does not answer"),
        "503": json(ERROR, "The place where bundles are kept, or the database, does not answer"),
        "507": json(ERROR, "Too little free disk space"),
      },
    },
  };
}
