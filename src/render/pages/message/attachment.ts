import { bytesText } from "../../../bundle/archive/bytes-text.ts";
import type { MessageFile, MessageFiles } from "../../timeline/files.ts";
import type { MediaFiles } from "../media-files.ts";
import { safe, type Html } from "./html.ts";

/**
 * The files of a message: shown where their own bytes say that they are pictures, films or sounds, whatever the message says; else
 * links. `caption`: the words that go with them; `words`: these as plain text.
 */
export function filesHtml({ files }: MessageFiles, caption: Html | undefined, words: string, media: MediaFiles): Html {
  const isOne = files.length === 1;
  const shown = files.map((file) => shownHtml(file, isOne && caption ? words : file.name, media));
  return safe`<figure class="file">${isOne ? shown : safe`<div class="gallery">${shown}</div>`}${
    caption && safe`<figcaption>${caption}</figcaption>`
  }</figure>`;
}

function shownHtml({ kind, name, sha256, size, isEncrypted }: MessageFile, words: string, media: MediaFiles): Html {
  const file = media.get(sha256);
  if (sha256 === undefined || !file) return safe`<p class="missing">${name}: this file is not in the bundle.</p>`;
  if (isEncrypted)
    return safe`<p class="download">${media.link(sha256, `${name}.encrypted`, safe`${name}`)} <small>encrypted, ${bytesText(file.size)}</small></p>`;
  const source = media.sourceAttribute(sha256);
  const label = safe`${name} <small>${bytesText(file.size)}</small>`;
  // so that the page does not jump when the picture comes
  const lengths = size && safe` width="${size.width}" height="${size.height}"`;
  switch (file.shown?.kind) {
    case "image": {
      const className = kind === "sticker" ? "picture sticker" : "picture";
      const picture = safe`<img class="${className}" alt="${words}" loading="lazy"${lengths}${source}>`;
      return kind === "sticker" ? picture : media.link(sha256, name, picture);
    }
    case "video":
      return safe`<div><video controls preload="metadata" aria-label="${words}"${lengths}${source}></video><p class="download">${media.link(sha256, name, label)}</p></div>`;
    case "audio":
      return safe`<div><audio controls preload="metadata" aria-label="${words}"${source}></audio><p class="download">${media.link(sha256, name, label)}</p></div>`;
    case undefined:
      return safe`<p class="download">${media.link(sha256, name, label)}</p>`;
  }
}
