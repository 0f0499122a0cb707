import { referencedMedia, type ReferencedMedia } from "../../../bundle/referenced-media.ts";
import type { ClientEvent } from "../../../matrix/event.ts";
import type { Authors } from "../authors.ts";

/** Every file that an event refers to, its author's avatar included, each once. */
export function mediaOf(event: ClientEvent, authors: Authors): ReferencedMedia[] {
  const avatar = authors.of(event)?.avatar;
  const ofService = authors.serviceAvatar(event) !== undefined;
  return referencedMedia(event, { imported: authors.isImported(event), avatar, ofService });
}
