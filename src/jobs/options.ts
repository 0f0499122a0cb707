import { z } from "zod";
import { JOB_KINDS, JOB_STATES } from "../ports/job-store.ts";
import { flagged } from "../requests/options/option.ts";

/** How to end a job. */
export const cancelOptions = z.strictObject({
  keep: flagged(z.boolean().default(false), { keep: [true, "keep the room and all that is done, for a retry"] }),
});

/** Which jobs to list. */
export const listOptions = z.strictObject({
  state: z.enum(JOB_STATES).optional().describe("only in this state"),
  kind: z.enum(JOB_KINDS).optional().describe("only of this kind"),
  requester: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe("only what this user has asked for, or admin:NAME; others than oneself only for admins"),
  from: z
    .string()
    .regex(/^[0-9a-zA-Z_-]{1,64}$/, "next_batch of the page before")
    .optional()
    .describe("next_batch of the page before"),
  limit: z.number().int().min(1).max(100).default(100).describe("jobs at most"),
});
export type ListOptions = z.output<typeof listOptions>;
