import { objectMember, stringMember } from "../matrix/json.ts";
import { namedMedia } from "./manifest/carried-media.ts";
import type { BundleEvent, ManifestHead } from "./manifest/manifest.ts";
import { isImported } from "./original.ts";

/** A file that an event refers to. */
export interface ReferencedMedia {
  /** `mxc://…`, maybe malformed */
  uri: string;
  /** what its sender called it, where it is the event's own file */
  name?: string;
}

/**
 * Every file that an event refers to, each once, for a writer. `ofService`: the event tells of the face that the importing service
 * gave itself, which is left out.
 */
export function referencedMedia(
  event: BundleEvent,
  source: ManifestHead["source"],
  ofService: boolean,
): ReferencedMedia[] {
  if (ofService && !isImported(event, source)) return [];
  const uris = namedMedia(event, source);
  if (uris.length === 0) return [];
  const { content } = event;
  const own = stringMember(content, "url") ?? stringMember(objectMember(content, "file"), "url");
  const name = stringMember(content, "filename") ?? stringMember(content, "body");
  return uris.map((uri) => (uri === own && name !== undefined ? { uri, name } : { uri }));
}
