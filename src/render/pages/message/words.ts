import type { WordPart, Words } from "../../words/words.ts";
import type { MediaFiles } from "../media-files.ts";
import { safe, type Html } from "./html.ts";
import { nameHtml } from "./people.ts";

/** A sentence as markup: names in their colours, what people chose set apart; pictures where `media` holds them. */
export function wordsHtml(words: Words, media?: MediaFiles): Html {
  return safe`${words.map((part) => partHtml(part, media))}`;
}

function partHtml(part: WordPart, media: MediaFiles | undefined): Html | string {
  if (typeof part === "string") return part;
  if (part.kind === "picture")
    return media?.isImage(part.sha256)
      ? safe`<img alt="${part.text}" title="${part.text}" loading="lazy"${media.sourceAttribute(part.sha256)}>`
      : safe`<bdi>${part.text}</bdi>`;
  if (part.kind === "name") return nameHtml(part.person);
  return part.kind === "code" ? safe`<code>${part.text}</code>` : safe`“<bdi>${part.text}</bdi>”`;
}
