import { z } from "zod";
import { JOB_KINDS, JOB_STATES } from "../../../ports/job-store.ts";

/** A job as every door shows it. */
export const JOB = z
  .object({
    job_id: z.string(),
    kind: z.enum(JOB_KINDS),
    state: z.enum(JOB_STATES),
    requester: z
      .string()
      .describe("who asked for it: a user id, admin:NAME for an admin token, schedule:NAME for a schedule"),
    created_at: z.iso.datetime().describe("when it was asked for: RFC 3339, UTC"),
    finished_at: z.iso.datetime().nullable().describe("when it ended; null while it has not"),
    progress: z.object({
      done: z.int(),
      total: z.int().nullable().describe("null while it is not known, as it is for exports"),
      unit: z.enum(["events", "rooms"]),
      rate: z.number().nullable().describe("a second, over the last half minute; null while it is not known"),
      seconds_left: z.int().nullable().describe("null while it is not known"),
    }),
    room_id: z
      .string()
      .nullable()
      .describe(
        "import: the new room, of a space the first, null until it is made; export: the room, or the space; of all rooms: null",
      ),
    subject: z
      .string()
      .nullable()
      .describe("import: the room's name in its source; conversion: the conversation, or the file; else null"),
    report: z.looseObject({}).nullable(),
    kept: z.boolean().describe("has it ended, and is what it had made kept for a retry?"),
    error: z
      .object({ errcode: z.string(), error: z.string(), retry: z.boolean().describe("can a retry help?") })
      .nullable(),
  })
  .meta({ id: "Job" });
