import type { ClientEvent } from "../matrix/event.ts";
import { objectMember, stringMember } from "../matrix/json.ts";
import { namedMedia } from "./manifest/carried-media.ts";

/** A file that an event refers to. */
export interface ReferencedMedia {
  /** `mxc://…`, maybe malformed */
  uri: string;
  /** what its sender called it, where it is the event's own file */
  name?: string;
}

/** What is known of an event's author. */
export interface Authorship {
  imported: boolean;
  /** of the author, where it stands beside the event */
  avatar: string | null | undefined;
  /** it tells of the name and avatar that the importing service set for itself */
  ofService: boolean;
}

/**
 * Every file that an event refers to, its author's avatar included, each once. In an event that an import brought here,
 * `io.roomporter.origin` and a wrapper's content speak of addresses at the source, for which files uploaded here stand.
 */
export function referencedMedia(event: ClientEvent, { imported, avatar, ofService }: Authorship): ReferencedMedia[] {
  if (ofService && !imported) return [];
  const { content } = event;
  const uris = new Set(namedMedia(event, imported));
  if (avatar?.startsWith("mxc://")) uris.add(avatar);
  if (uris.size === 0) return [];
  const own = stringMember(content, "url") ?? stringMember(objectMember(content, "file"), "url");
  const name = stringMember(content, "filename") ?? stringMember(content, "body");
  return [...uris].map((uri) => (uri === own && name !== undefined ? { uri, name } : { uri }));
}
