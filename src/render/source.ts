import type { Bundle } from "../bundle/open-bundle.ts";

/** What is rendered: an open bundle, a room that is about to become one, or a bundle that a browser reads. */
export interface RenderSource extends Pick<Bundle, "head" | "eventBatches" | "mediaFileName"> {
  /** The bytes of a media file. @throws BundleError media_missing; the iteration fails where they are damaged */
  openMedia(sha256: string): Promise<AsyncIterable<Buffer>>;
}
