import { base64 } from "./base64.ts";
import { documentEnd, documentMiddle, documentStart, json, type Book } from "./document.ts";
import { safe } from "./message/html.ts";
import type { FilePlace, MediaFiles } from "./media-files.ts";
import { pageMarkup } from "./page-markup.ts";
import { PAGE_ITEMS } from "./page-spans.ts";
import { overviewHtml } from "./overview/overview.ts";
import { PageWriter } from "./page-writer.ts";
import { Preparation } from "./preparation.ts";
import type { RenderSource } from "../source.ts";

/**
 * Writes a whole bundle as one document: its first page as it is, the others as data from which the script makes the page that is
 * asked for, so that a browser never holds more than one page's elements. The files are `inside` it or `beside` it, in `media/`.
 * @throws BundleError
 */
export async function writeDocument(
  source: RenderSource,
  path: string,
  workFolder: string,
  place: FilePlace,
): Promise<void> {
  const prepared = await Preparation.of(source, workFolder, place);
  const { conversation, spans, moments, media, picture, rows } = prepared;
  try {
    const out = await PageWriter.open(path);
    try {
      const book: Book = { form: "whole", page: 0, size: PAGE_ITEMS, pages: spans };
      const parts = { source, media, picture, book };
      const hrefOf = (item: number): string => `#m${item}`;
      await out.write(documentStart({ ...parts, before: await overviewHtml(prepared, hrefOf) }));
      for await (const { number, markup, rows: found } of pageMarkup(conversation, media, hrefOf)) {
        if (number === 0) await out.write(safe`${markup}${documentMiddle(parts)}`);
        else
          await out.write(safe`<script type="application/json" id="page-${number + 1}">${json(safe`${markup}`.text)}</script>
`);
        await rows.add(found);
      }
      await out.data("moments", moments.read());
      await out.data("rows", rows.read());
      if (place === "inside") await writeFiles(source, media, out);
      await out.write(documentEnd());
      await out.close();
    } catch (error) {
      await out.abandon();
      throw error;
    }
  } finally {
    await prepared.close();
  }
}

/** The files that the pages refer to, as data. What is not shown within a page has no type by which a browser would open it. */
async function writeFiles(source: RenderSource, media: MediaFiles, out: PageWriter): Promise<void> {
  for (const [sha256, { shown }] of media.all) {
    const type = shown?.mimetype ?? "application/octet-stream";
    await out.write(safe`<script type="text/plain" id="file-${sha256}" data-type="${type}">`);
    await out.bytes(base64(await source.openMedia(sha256)));
    await out.write(safe`</script>
`);
  }
}
