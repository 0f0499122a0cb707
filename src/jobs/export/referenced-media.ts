import { namedMedia } from "../../bundle/carried-media.ts";
import type { ClientEvent } from "../../matrix/event.ts";
import { objectMember, stringMember } from "../../matrix/json.ts";
import type { Authors } from "./authors.ts";

/** A file that an event refers to. */
export interface ReferencedMedia {
  /** `mxc://…`, maybe malformed */
  uri: string;
  /** what its sender called it, where it is the event's own file */
  name?: string;
}

/**
 * Every file that an event refers to, its author's avatar included, each once. In an event that an import brought here,
 * `io.roomporter.origin` and a wrapper's content speak of addresses at the source, for which files uploaded here stand.
 */
export function mediaOf(event: ClientEvent, authors: Authors): ReferencedMedia[] {
  if (authors.serviceAvatar(event) !== undefined && !authors.isImported(event)) return [];
  const { content } = event;
  const uris = new Set(namedMedia(event, authors.isImported(event)));
  const avatar = authors.of(event)?.avatar;
  if (avatar?.startsWith("mxc://")) uris.add(avatar);
  if (uris.size === 0) return [];
  const own = stringMember(content, "url") ?? stringMember(objectMember(content, "file"), "url");
  const name = stringMember(content, "filename") ?? stringMember(content, "body");
  return [...uris].map((uri) => (uri === own && name !== undefined ? { uri, name } : { uri }));
}
