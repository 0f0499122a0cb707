import { redactedBecause, type ClientEvent } from "../../matrix/event.ts";
import { parseMxc } from "../../matrix/ids.ts";
import { member, objectMember, stringMember } from "../../matrix/json.ts";
import { mediaUris } from "../../matrix/media-uris.ts";
import { IMPORTED_SENDER, ORIGIN, WRAPPER } from "../../matrix/names.ts";
import { isImported } from "../original.ts";
import type { BundleEvent, ManifestHead } from "./manifest.ts";

/** The well-formed URIs of `namedMedia`: those whose files a bundle carries, or accounts for in its ledger. */
export function carriedMedia(event: BundleEvent, source: ManifestHead["source"]): string[] {
  return namedMedia(event, source).filter(parseMxc);
}

/**
 * Every `mxc://` URI of an event that counts (docs/bundle-format.md, "Addresses"), malformed ones among them: in its content, in the
 * content of the redaction that took it back, and its author's avatar.
 */
export function namedMedia(event: BundleEvent, source: ManifestHead["source"]): string[] {
  const imported = isImported(event, source);
  const uris = inContent(event, imported);
  const because = event.unsigned && redactedBecause(event);
  if (because) uris.push(...inContent(because, imported && isAttributed(because)));
  const avatar = event[IMPORTED_SENDER]?.avatar;
  if (avatar?.startsWith("mxc://")) uris.push(avatar);
  return uris.length > 1 ? [...new Set(uris)] : uris;
}

/** Of an imported event, what it says of its origin names files where they were before: those uploaded again stand for them. */
function inContent({ type, content }: Pick<ClientEvent, "type" | "content">, imported: boolean): string[] {
  if (!imported) return mediaUris(content);
  const { [ORIGIN]: origin, ...rest } = content;
  const isWrapper = type === WRAPPER && member(origin, "restore") === undefined;
  const here = isWrapper ? [member(rest, "media"), member(rest, IMPORTED_SENDER)] : [rest];
  const files = [...here, member(origin, "media"), member(origin, "content_uri")];
  return files.flatMap((value) => (value === undefined ? [] : mediaUris(value)));
}

function isAttributed({ content }: ClientEvent): boolean {
  return (
    objectMember(content, ORIGIN) !== undefined &&
    stringMember(member(content, IMPORTED_SENDER), "user_id") !== undefined
  );
}
