import { z } from "zod";
import { bookmarkText, parseBookmark } from "../bundle/bookmark.ts";
import { flagged, valued } from "../requests/options/option.ts";
import { eventId, inOrder, instant, userId } from "../requests/options/shapes.ts";

const bookmark = z.codec(z.string(), z.custom<NonNullable<ReturnType<typeof parseBookmark>>>(), {
  decode(text, context) {
    const found = parseBookmark(text);
    if (found) return found;
    const message = "a bookmark, as roomporter bundle show gives it";
    context.issues.push({ code: "custom", input: text, message });
    return z.NEVER;
  },
  encode: bookmarkText,
});

/** As many as an address holds in comfort. */
const MOST_SENDERS = 100;

/** What of a room to export: everything that every door, the API's description and a queued job know about these options. */
export const exportOptions = z
  .strictObject({
    media: flagged(z.boolean().default(true), {
      "no-media": [false, "leave media files out; each stands in the ledger"],
    }),
    viewer: flagged(z.boolean().default(false), {
      "with-viewer": [true, "with viewer.html in the bundle, a page to read it with once it is unpacked"],
    }),
    since: valued(
      instant.optional(),
      "DATE",
      "only what was sent on this date (2026-11-22, or RFC 3339 time) or later",
    ),
    until: valued(instant.optional(), "DATE", "only what was sent before this date"),
    senders: valued(
      z.array(userId).min(1).max(MOST_SENDERS).optional(),
      "USER_ID,…",
      `only what these users sent, or first wrote where an import brought it: at most ${String(MOST_SENDERS)}`,
    ),
    without: valued(
      z.array(userId).min(1).max(MOST_SENDERS).optional(),
      "USER_ID,…",
      `leave out what these users wrote, bots for example: at most ${String(MOST_SENDERS)}`,
    ),
    without_bot: flagged(z.boolean().default(false), {
      "without-bot": [true, "leave out what the service's own bot said, and the commands that it answered"],
    }),
    thread: valued(
      eventId.optional(),
      "EVENT_ID",
      "only the thread below this event, with what reacts to, edits and redacts its messages",
    ),
    since_bundle: valued(
      bookmark.optional(),
      "BOOKMARK",
      "only what is not in an earlier bundle of the same part of the room: its bookmark, as roomporter bundle show gives it; bundle merge joins them",
    ),
  })
  .check(inOrder);
export type ExportOptions = z.output<typeof exportOptions>;

/** What is exported where nothing else is asked for: all of a room. */
export const WHOLE_ROOM: ExportOptions = exportOptions.parse({});

/** An export that is answered at once has some more. */
export const exportNowOptions = exportOptions.safeExtend({
  as: valued(userId.optional(), "USER_ID", "only what this user may see (needs an admin token)", { doors: ["cli"] }),
  progress: z
    .string()
    // never the id of a job that is stored
    .regex(/^live-[A-Za-z0-9_-]{16,64}$/, "live- and 16 to 64 random letters and digits")
    .optional()
    .describe(
      "while the room is read, /v1/jobs/{jobId} and its events show how far it is under this id of your choice",
    ),
});
export type ExportNowOptions = z.output<typeof exportNowOptions>;
