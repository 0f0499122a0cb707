import { bookmarkText, parseBookmark } from "../bundle/bookmark.ts";
import { member, stringMember, type JsonObject } from "../matrix/json.ts";
import type { Job } from "../ports/job-store.ts";
import type { ExportOptions } from "./options.ts";

/** What a queued export has to know: `{visible_to, media, viewer, since, until, senders, thread, since_bundle}`. */
export function exportParams(visibleTo: string | undefined, options: ExportOptions): JsonObject {
  const { media, viewer = false, since, until, senders, thread, sinceBundle } = options;
  return {
    visible_to: visibleTo ?? null,
    media,
    viewer,
    since: since ?? null,
    until: until ?? null,
    senders: senders ? [...senders] : null,
    thread: thread ?? null,
    since_bundle: sinceBundle ? bookmarkText(sinceBundle) : null,
  };
}

export function readExportParams({ params }: Job): { visibleTo: string | undefined; options: ExportOptions } {
  const options: ExportOptions = { media: member(params, "media") !== false };
  if (member(params, "viewer") === true) options.viewer = true;
  const since = member(params, "since");
  const until = member(params, "until");
  if (typeof since === "number") options.since = since;
  if (typeof until === "number") options.until = until;
  const senders = member(params, "senders");
  const thread = stringMember(params, "thread");
  const sinceBundle = parseBookmark(stringMember(params, "since_bundle") ?? "");
  if (Array.isArray(senders)) options.senders = senders.filter((sender) => typeof sender === "string");
  if (thread !== undefined) options.thread = thread;
  if (sinceBundle) options.sinceBundle = sinceBundle;
  return { visibleTo: stringMember(params, "visible_to"), options };
}
