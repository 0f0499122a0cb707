import type { JsonObject } from "../../matrix/json.ts";

/** JSON Schemas of what the API answers. */

const nullable = (schema: JsonObject): JsonObject => ({ anyOf: [schema, { type: "null" }] });

export const ERROR: JsonObject = {
  type: "object",
  required: ["errcode", "error"],
  properties: {
    errcode: { type: "string" },
    error: { type: "string" },
    reasons: {
      type: "array",
      items: {
        type: "object",
        required: ["code", "message"],
        properties: { code: { type: "string" }, message: { type: "string" } },
      },
    },
  },
};

const jobProperties: JsonObject = {
  job_id: { type: "string" },
  kind: { enum: ["export", "import", "gdpr_export"] },
  state: { enum: ["queued", "running", "succeeded", "failed", "cancelled"] },
  progress: {
    type: "object",
    required: ["done", "total", "unit", "rate", "seconds_left"],
    properties: {
      done: { type: "integer" },
      total: { ...nullable({ type: "integer" }), description: "null while it is not known, as it is for exports" },
      unit: { enum: ["events", "rooms"] },
      rate: {
        ...nullable({ type: "number" }),
        description: "A second, over the last half minute; null while it is not known",
      },
      seconds_left: { ...nullable({ type: "integer" }), description: "null while it is not known" },
    },
  },
  room_id: {
    ...nullable({ type: "string" }),
    description: "Import: the new room, null until it is made. Export: the room; of all rooms: null",
  },
  report: nullable({ type: "object" }),
  error: nullable({
    type: "object",
    required: ["errcode", "error", "retry"],
    properties: {
      errcode: { type: "string" },
      error: { type: "string" },
      retry: { type: "boolean", description: "Can a retry help?" },
    },
  }),
};

export const JOB: JsonObject = { type: "object", required: Object.keys(jobProperties), properties: jobProperties };

export const STARTED: JsonObject = {
  type: "object",
  required: [...Object.keys(jobProperties), "status_url"],
  properties: { ...jobProperties, status_url: { type: "string", description: "Where to ask for the job" } },
};
