import type { WordPart, Words } from "../../words/words.ts";
import { safe, type Html } from "./html.ts";
import { nameHtml } from "./people.ts";

/** A sentence as markup: names in their colours, what people chose set apart. */
export function wordsHtml(words: Words): Html {
  return safe`${words.map(partHtml)}`;
}

function partHtml(part: WordPart): Html | string {
  if (typeof part === "string") return part;
  if (part.kind === "name") return nameHtml(part.person);
  return part.kind === "code" ? safe`<code>${part.text}</code>` : safe`“<bdi>${part.text}</bdi>”`;
}
