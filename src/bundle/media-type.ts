import { fileTypeFromBuffer } from "file-type";

/** What a browser may show within a page. */
export interface ShownMedia {
  kind: "image" | "video" | "audio";
  mimetype: string;
}

/** So many bytes tell what a file is. */
const ENOUGH = 4100;
/** What browsers show by themselves; SVG is not among it: it can do more than be looked at. */
const SHOWN = /^(?:image\/(?:png|apng|jpeg|gif|webp|avif|bmp)|(?:audio|video)\/.+)$/;

/**
 * What a file is by its first bytes, whatever anybody calls it; undefined where it is nothing that can be shown without a risk.
 */
export async function shownMediaOf(beginning: Buffer): Promise<ShownMedia | undefined> {
  const found = (await fileTypeFromBuffer(beginning.subarray(0, ENOUGH)))?.mime;
  const mimetype = found === "application/ogg" ? "audio/ogg" : found;
  if (mimetype === undefined || !SHOWN.test(mimetype)) return undefined;
  return { kind: mimetype.split("/")[0] as ShownMedia["kind"], mimetype };
}
