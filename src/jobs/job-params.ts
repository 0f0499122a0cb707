import { bookmarkText, parseBookmark } from "../bundle/bookmark.ts";
import { member, objectMember, stringMember, type JsonObject } from "../matrix/json.ts";
import type { Job } from "../ports/job-store.ts";
import type { ExportOptions } from "./porter.ts";
import { signedByIn, type SignedBy } from "./signed-by.ts";
import type { Workspace } from "./workspace.ts";

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

export interface ImportParams {
  importingUser: string;
  /** of the bundle, hexadecimal */
  bundleSha256: string;
  /** undefined where the bundle is not signed */
  signedBy: SignedBy | undefined;
  workspace: Workspace | undefined;
}

/** What a queued import has to know beside its bundle: `{importing_user, bundle_sha256, signed_by, workspace: {room_id, via}}`. */
export function importParams({ importingUser, bundleSha256, signedBy, workspace }: ImportParams): JsonObject {
  const bundle = { bundle_sha256: bundleSha256, signed_by: signedBy ?? null };
  return { importing_user: importingUser, ...bundle, workspace: workspace ? { ...workspace } : null };
}

export function readImportParams({ params, owner }: Job): ImportParams {
  const block = objectMember(params, "workspace");
  const roomId = stringMember(block, "room_id");
  const via = member(block, "via");
  return {
    importingUser: stringMember(params, "importing_user") ?? owner,
    bundleSha256: stringMember(params, "bundle_sha256") ?? "",
    signedBy: signedByIn(params),
    workspace:
      roomId !== undefined && Array.isArray(via)
        ? { room_id: roomId, via: via.filter((server) => typeof server === "string") }
        : undefined,
  };
}

/** What a queued export of all rooms has to know: `{user_id}`. `userId`: only the rooms of this user. */
export function gdprParams(userId: string | undefined): JsonObject {
  return { user_id: userId ?? null };
}

export function readGdprParams({ params }: Job): { userId: string | undefined } {
  return { userId: stringMember(params, "user_id") };
}
