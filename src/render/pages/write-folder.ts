import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createWriteStream } from "node:fs";
import { documentEnd, documentMiddle, documentStart, pageFile, type Book } from "./document.ts";
import type { Html } from "./message/html.ts";
import { pageMarkup } from "./page-markup.ts";
import { PAGE_ITEMS } from "./page-spans.ts";
import { overviewHtml } from "./overview/overview.ts";
import { PageWriter } from "./page-writer.ts";
import { Preparation } from "./preparation.ts";
import type { RenderSource } from "../source.ts";

const SEARCH = "search.html";

/** Writes the pages of a bundle, its files and a page for the search into `folder`, which is there and empty. @throws BundleError */
export async function writeFolder(source: RenderSource, folder: string, workFolder: string): Promise<void> {
  const prepared = await Preparation.of(source, workFolder, "beside");
  const { conversation, spans, media, picture, rows } = prepared;
  try {
    const book: Omit<Book, "page"> = { form: "pages", size: PAGE_ITEMS, pages: spans };
    const hrefOf = (item: number, from: number): string => {
      const page = Math.floor(item / PAGE_ITEMS);
      return `${page === from ? "" : pageFile(page)}#m${item}`;
    };
    const about = { source, media, picture };
    for await (const { number, markup, rows: found } of pageMarkup(conversation, media, hrefOf)) {
      const before = number === 0 ? await overviewHtml(prepared, (item) => hrefOf(item, 0)) : undefined;
      const parts = { ...about, book: { ...book, page: number }, before };
      const page = [documentStart(parts), ...markup, documentMiddle(parts), documentEnd()];
      await writePage(join(folder, pageFile(number)), page);
      await rows.add(found);
    }
    await writeSearch(join(folder, SEARCH), { ...about, book: { ...book, page: undefined } }, prepared);
    await writeMedia(source, folder);
  } finally {
    await prepared.close();
  }
}

async function writePage(path: string, page: readonly Html[]): Promise<void> {
  const file = await PageWriter.open(path);
  await file.write(...page).finally(() => file.close());
}

async function writeSearch(
  path: string,
  parts: Parameters<typeof documentStart>[0],
  { rows, moments }: Preparation,
): Promise<void> {
  const file = await PageWriter.open(path);
  try {
    await file.write(documentStart(parts), documentMiddle(parts));
    await file.data("moments", moments.read());
    await file.data("rows", rows.read());
    await file.write(documentEnd());
  } finally {
    await file.close();
  }
}

async function writeMedia(source: RenderSource, folder: string): Promise<void> {
  for (const sha256 of source.head.media.keys()) {
    const place = join(folder, "media", sha256);
    await mkdir(place, { recursive: true });
    const target = createWriteStream(join(place, source.mediaFileName(sha256)), { flags: "wx", flush: true });
    await pipeline(await source.openMedia(sha256), target);
  }
}
