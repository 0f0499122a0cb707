import type { ClientEvent } from "../../matrix/event.ts";
import { parseMxc } from "../../matrix/ids.ts";
import { member } from "../../matrix/json.ts";
import { mediaUris } from "../../matrix/media-uris.ts";
import { IMPORTED_SENDER, ORIGIN, WRAPPER } from "../../matrix/names.ts";
import type { BundleEvent, ManifestHead } from "./manifest.ts";
import { isImported } from "../original.ts";

/**
 * The well-formed `mxc://` URIs of an event whose files a bundle carries, or accounts for in its ledger. In an imported event,
 * what it says of its origin names files where they were before: those uploaded again stand for them.
 */
export function carriedMedia(event: BundleEvent, source: ManifestHead["source"]): string[] {
  return namedMedia(event, isImported(event, source)).filter(parseMxc);
}

/** The same, with malformed URIs among them, for an event of which it is known whether an import brought it. */
export function namedMedia({ type, content }: Pick<ClientEvent, "type" | "content">, imported: boolean): string[] {
  if (!imported) return mediaUris(content);
  const { [ORIGIN]: origin, ...rest } = content;
  const isWrapper = type === WRAPPER && member(origin, "restore") === undefined;
  const here = isWrapper ? [member(rest, "media"), member(rest, IMPORTED_SENDER)] : [rest];
  const files = [...here, member(origin, "media"), member(origin, "content_uri")];
  return [...new Set(files.flatMap((value) => (value === undefined ? [] : mediaUris(value))))];
}
