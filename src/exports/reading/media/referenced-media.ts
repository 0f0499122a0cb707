import { referencedMedia, type ReferencedMedia } from "../../../bundle/referenced-media.ts";
import type { BundleEvent } from "../../../bundle/manifest/manifest.ts";
import type { ClientEvent } from "../../../matrix/event.ts";
import type { Authors } from "../authors.ts";
import { bundleEvent } from "../bundle-event.ts";

/** Every file that an event refers to, its author's avatar included, each once. */
export function mediaOf(event: ClientEvent, authors: Authors): ReferencedMedia[] {
  return mediaIn(bundleEvent(event, authors.of(event)), event, authors);
}

/** The same of an event whose form in the bundle is known. */
export function mediaIn(bundled: BundleEvent, event: ClientEvent, authors: Authors): ReferencedMedia[] {
  return referencedMedia(bundled, authors.source, authors.serviceAvatar(event) !== undefined);
}
