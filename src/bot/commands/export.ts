import type { ExportOptions } from "../../exports/options.ts";
import type { Exports } from "../../exports/exports.ts";
import { parseBookmark } from "../../bundle/bookmark.ts";
import { isUserId } from "../../matrix/ids.ts";
import { parseInstant } from "../../matrix/instant.ts";
import type { Command } from "../command.ts";
import { underWay } from "../job-words.ts";
import type { JobNotices } from "../job-notices.ts";
import { Misuse, optionsOf } from "../words.ts";

/** `!export`: the room that it is said in, as a bundle for the requester alone. */
export function exportCommand(exports: Pick<Exports, "start">, notices: JobNotices): Command {
  return {
    name: "export",
    action: "export",
    usage:
      "!export [--no-media] [--with-viewer] [--since DATE] [--until DATE] [--senders USER,USER] [--thread EVENT] [--since-bundle BOOKMARK]",
    help: "exports this room, as far as you may see it; you alone get the bundle, in a direct message.",
    parse(args) {
      const options = exportOptions(args);
      return async ({ event, requester, tell }) => {
        const job = await exports.start(event.room_id, requester, { ...options, requestId: event.event_id });
        await notices.open(job.id, { room_id: event.room_id, event_id: await tell(underWay(job)) });
      };
    },
  };
}

/** @throws Misuse */
export function exportOptions(args: readonly string[]): ExportOptions {
  const { flags, values, rest } = optionsOf(
    args,
    ["no-media", "with-viewer"],
    ["since", "until", "senders", "thread", "since-bundle"],
  );
  if (rest.length > 0) throw new Misuse("It exports the room that you are in, and takes no name.");
  const options: ExportOptions = { media: !flags.has("no-media") };
  if (flags.has("with-viewer")) options.viewer = true;
  for (const name of ["since", "until"] as const) {
    const text = values.get(name);
    if (text === undefined) continue;
    const instant = parseInstant(text);
    if (instant === undefined) throw new Misuse(`--${name} needs a date such as 2026-11-22 or 2026-11-22T18:30:00Z.`);
    options[name] = instant;
  }
  if (options.since !== undefined && options.until !== undefined && options.since >= options.until)
    throw new Misuse("--since must be before --until.");
  return { ...options, ...sliceOf(values) };
}

/** @throws Misuse */
function sliceOf(values: ReadonlyMap<string, string>): Pick<ExportOptions, "senders" | "thread" | "sinceBundle"> {
  const slice: ReturnType<typeof sliceOf> = {};
  const senders = values.get("senders")?.split(",");
  if (senders && !senders.every(isUserId)) throw new Misuse("--senders needs user ids, with commas between them.");
  if (senders) slice.senders = senders;
  const thread = values.get("thread");
  if (thread !== undefined && !/^\$[!-~]+$/.test(thread)) throw new Misuse("--thread needs the id of an event.");
  if (thread !== undefined) slice.thread = thread;
  const bookmark = values.get("since-bundle");
  if (bookmark === undefined) return slice;
  const sinceBundle = parseBookmark(bookmark);
  if (!sinceBundle) throw new Misuse("--since-bundle needs a bookmark, as `roomporter bundle show` gives it.");
  return { ...slice, sinceBundle };
}
