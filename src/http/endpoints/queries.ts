import type { Request } from "express";
import { z } from "zod";
import { parseBookmark } from "../../bundle/bookmark.ts";
import { isUserId } from "../../matrix/ids.ts";
import { parseInstant } from "../../matrix/instant.ts";
import { RequestError } from "../../requests/failure.ts";
import type { ExportOptions } from "../../exports/options.ts";

/** As many as an address holds in comfort. */
const MOST_SENDERS = 100;
const EVENT_ID = /^\$[!-~]{1,254}$/;

/** A date or a time, in milliseconds since the epoch. */
export const instant = z.string().transform((text, context) => {
  const moment = parseInstant(text);
  if (moment !== undefined) return moment;
  context.addIssue({ code: "custom", message: "expected a date like 2026-11-22, or a date and time with offset" });
  return z.NEVER;
});

/** User ids, comma-separated, or the parameter several times. */
const senderList = z.union([z.string(), z.array(z.string())]).transform((value, context) => {
  const senders = [value].flat().flatMap((text) => text.split(","));
  if (senders.length <= MOST_SENDERS && senders.every(isUserId)) return senders;
  context.addIssue({ code: "custom", message: `expected at most ${String(MOST_SENDERS)} user ids` });
  return z.NEVER;
});

const bookmark = z.string().transform((text, context) => {
  const found = parseBookmark(text);
  if (found) return found;
  context.addIssue({ code: "custom", message: "expected a bookmark, as roomporter bundle show gives it" });
  return z.NEVER;
});

const exportQuery = z.strictObject({
  media: z.enum(["true", "false"], { error: "expected true or false" }).optional(),
  viewer: z.enum(["true", "false"], { error: "expected true or false" }).optional(),
  since: instant.optional(),
  until: instant.optional(),
  senders: senderList.optional(),
  thread: z.string().regex(EVENT_ID, "expected an event id").optional(),
  since_bundle: bookmark.optional(),
});
const exportNowQuery = exportQuery.extend({
  as: z.string().optional(),
  progress: z
    .string()
    // never the id of a job that is stored
    .regex(/^live-[A-Za-z0-9_-]{16,64}$/, "expected live- and 16 to 64 random letters and digits")
    .optional(),
});
const cancelQuery = z.strictObject({
  keep: z.enum(["true", "false"], { error: "expected true or false" }).optional(),
});
const importQuery = z.strictObject({
  wait: z.coerce.number({ error: "expected seconds" }).min(0).max(3600, "at most 3600 seconds").optional(),
});
const indexQuery = z.strictObject({
  since: z.string().min(1).max(255).optional(),
  limit: z.coerce.number({ error: "expected a number" }).int().min(1).max(1000, "at most 1000").default(100),
});
const importForm = z.strictObject({
  workspace_id: z.string().min(1).max(255).optional(),
  as: z.string().min(1).max(255).optional(),
});

/** `?media=false&since=DATE&until=DATE&senders=USER,USER&thread=EVENT&since_bundle=BOOKMARK`. @throws RequestError 400 */
export function exportOptions(request: Request): ExportOptions {
  return optionsOf(checked(exportQuery, request.query));
}

/** The same, `as=USER` and `progress=ID`. @throws RequestError 400 */
export function exportNowOptions(request: Request): ExportOptions & { as?: string; progressId?: string } {
  const { as, progress, ...rest } = checked(exportNowQuery, request.query);
  return {
    ...optionsOf(rest),
    ...(as !== undefined && { as }),
    ...(progress !== undefined && { progressId: progress }),
  };
}

/** `?wait=SECONDS`, in milliseconds. @throws RequestError 400 */
export function waitMilliseconds(request: Request): number | undefined {
  const { wait } = checked(importQuery, request.query);
  return wait === undefined ? undefined : wait * 1000;
}

/** `?keep=true`. @throws RequestError 400 */
export function cancelOptions(request: Request): { keep: boolean } {
  return { keep: checked(cancelQuery, request.query).keep === "true" };
}

/** `?since=TOKEN&limit=N`. @throws RequestError 400 */
export function indexOptions(request: Request): { since?: string | undefined; limit: number } {
  return checked(indexQuery, request.query);
}

/** The text fields of the import's form. @throws RequestError 400 */
export function importOptions(request: Request): { workspace?: string; as?: string } {
  const { workspace_id: workspace, as } = checked(importForm, { ...request.body });
  return { ...(workspace !== undefined && { workspace }), ...(as !== undefined && { as }) };
}

function optionsOf(query: z.output<typeof exportQuery>): ExportOptions {
  const { media, viewer, since, until, senders, thread, since_bundle: sinceBundle } = query;
  const options: ExportOptions = { media: media !== "false" };
  if (viewer === "true") options.viewer = true;
  if (since !== undefined) options.since = since;
  if (until !== undefined) options.until = until;
  if (senders !== undefined) options.senders = senders;
  if (thread !== undefined) options.thread = thread;
  if (sinceBundle !== undefined) options.sinceBundle = sinceBundle;
  return options;
}

/** @throws RequestError 400 that names what is wrong */
export function checked<T>(shape: z.ZodType<T>, input: unknown): T {
  const parsed = shape.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const unknown = issue?.code === "unrecognized_keys";
  const message = unknown
    ? `${issue.keys.join(", ")}: unknown parameter`
    : `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`;
  throw new RequestError("invalid", "M_INVALID_PARAM", message);
}
