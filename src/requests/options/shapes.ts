import { z } from "zod";
import { isUserId } from "../../matrix/ids.ts";
import { parseInstant } from "../../matrix/instant.ts";

/** Shapes of values that several requests take. Their error messages say what was expected. */

/** A user id. */
export const userId = z
  .string()
  .max(255)
  .regex(/^@[^:]*:[^\s/]+$/, "a user id, such as @ann:example.org")
  .refine(isUserId, "a user id, such as @ann:example.org");

/** A room id. */
export const roomId = z
  .string()
  .max(255)
  .regex(/^![!-~]+$/, "a room id, such as !abc:example.org");

/** An event id, as every room version writes them. */
export const eventId = z.string().regex(/^\$[!-~]{1,254}$/, "an event id, such as $abc");

/** A room id, an alias or a slug of the configuration. */
export const workspace = z.string().min(1).max(255);

/** A moment, in JSON a date or a time with offset, in the code milliseconds since the epoch. */
export const instant = z.codec(z.string(), z.number(), {
  decode(text, context) {
    const moment = parseInstant(text);
    if (moment !== undefined) return moment;
    const message = "a date such as 2026-11-22, or a time with its offset such as 2026-11-22T18:30:00Z";
    context.issues.push({ code: "custom", input: text, message });
    return z.NEVER;
  },
  encode: (moment) => new Date(moment).toISOString(),
});

/** Adds: `since` is before `until`, where both are given. */
export function inOrder({
  value: { since, until },
  issues,
}: z.core.ParsePayload<{ since?: number | undefined; until?: number | undefined }>): void {
  if (since === undefined || until === undefined || since < until) return;
  issues.push({ code: "custom", path: ["until"], input: until, message: "a moment after that of since" });
}
