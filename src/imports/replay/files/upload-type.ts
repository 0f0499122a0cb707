import { fileTypeFromBuffer } from "file-type";

/** So many bytes tell what a file is. */
const ENOUGH = 4100;
const UNKNOWN = "application/octet-stream";
/** What clients show by itself; SVG they do not, for it can do more than be looked at. */
const SHOWN = /^(?:image\/(?!svg)|audio\/|video\/)/i;
/** Sound and moving pictures share their containers. */
const PLAYED = /^(?:(?:audio|video)\/|application\/ogg$)/;
/** HTML, SVG or other XML, in UTF-8 or UTF-16, read as Latin-1. */
const MARKUP = /^[\s\0\xef\xbb\xbf\xff\xfe]*</;

/**
 * The media type under which to upload a file. What is declared to be something that clients show by themselves is believed as far
 * as its bytes bear it out: a picture of another kind gets its true type; HTML, SVG or anything else that only calls itself a
 * picture becomes a file of no type. What is declared as anything else, or is not known by its bytes, keeps its declared type.
 */
export async function mediaTypeOf(declared: string, bytes: AsyncIterable<Buffer>): Promise<string> {
  if (!SHOWN.test(declared)) return declared;
  const start = await beginning(bytes);
  const found = (await fileTypeFromBuffer(start))?.mime;
  if (found === undefined) return MARKUP.test(start.toString("latin1")) ? UNKNOWN : declared;
  if (PLAYED.test(found) && PLAYED.test(declared)) return declared;
  return SHOWN.test(found) ? found : UNKNOWN;
}

async function beginning(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= ENOUGH) break;
  }
  return Buffer.concat(chunks).subarray(0, ENOUGH);
}
