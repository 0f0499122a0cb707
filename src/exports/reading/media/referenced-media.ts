import { referencedMedia, type ReferencedMedia } from "../../../bundle/referenced-media.ts";
import type { ClientEvent } from "../../../matrix/event.ts";
import type { Authors } from "../authors.ts";
import { bundleEvent } from "../bundle-event.ts";

/** Every file that an event refers to, its author's avatar included, each once. */
export function mediaOf(event: ClientEvent, authors: Authors): ReferencedMedia[] {
  const bundled = bundleEvent(event, authors.of(event));
  return referencedMedia(bundled, authors.source, authors.serviceAvatar(event) !== undefined);
}
