import { z } from "zod";
import { RequestError } from "../requests/failures/failure.ts";
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from "../ports/audit-log.ts";
import { flagged, valued } from "../requests/options/option.ts";
import { inOrder, instant } from "../requests/options/shapes.ts";

/** Rows of one page at most, and rows where nothing is said. */
export const MOST_ROWS = 1000;
const ROWS = 100;

const id = z.string().min(1).max(255);

/** Which rows of the audit log. */
const filter = {
  action: valued(z.enum(AUDIT_ACTIONS).optional(), "ACTION", "only this"),
  outcome: valued(z.enum(AUDIT_OUTCOMES).optional(), "OUTCOME", "only with this end"),
  actor: valued(id.optional(), "USER_ID", "only what this user did, or admin:NAME, schedule:NAME, or service"),
  room_id: valued(id.optional(), "ROOM", "only in this room, by its id or alias", { name: "room" }),
  since: valued(instant.optional(), "DATE", "only from this date (2026-11-22, or RFC 3339 time) on"),
  until: valued(instant.optional(), "DATE", "only before this date"),
};

/** What the bot takes: its pages are short, and begin with the newest row. */
export const auditFilter = z.strictObject(filter).check(inOrder);

/** A page of the audit log. */
export const auditOptions = z
  .strictObject({
    ...filter,
    dir: z.enum(["b", "f"]).default("b").describe("b: newest first; f: oldest first"),
    from: z
      .string()
      .regex(/^p[1-9][0-9]{0,14}$/, "next_batch of the page before")
      .optional()
      .describe("next_batch of the page before"),
    limit: valued(
      z.number().int().min(1).optional(),
      "NUMBER",
      `rows at most; of one page ${String(MOST_ROWS)} (default: ${String(ROWS)}), as CSV and NDJSON any number (default: all)`,
      { doors: ["cli"] },
    ),
    spreadsheet: flagged(z.boolean().default(false), {
      spreadsheet: [
        true,
        "as CSV: what a spreadsheet would take for a formula begins with an apostrophe; ids are no longer exact",
      ],
    }),
    format: z.enum(["json", "ndjson", "csv"]).optional().describe("instead of the header Accept"),
  })
  .check(inOrder);

/** How many rows one page holds. @throws RequestError 400 */
export function pageSize(limit: number | undefined): number {
  if (limit !== undefined && limit > MOST_ROWS)
    throw new RequestError(
      "invalid",
      "M_INVALID_PARAM",
      `limit: expected at most ${String(MOST_ROWS)}, not ${String(limit)}`,
    );
  return limit ?? ROWS;
}
