import type { Bundle } from "../bundle/open-bundle.ts";

/** What is rendered: an open bundle, or a room that is about to become one. */
export type RenderSource = Pick<Bundle, "head" | "eventBatches" | "openMedia" | "mediaFileName">;
