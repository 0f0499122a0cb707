import type { Fields } from "../../input/fields.ts";
import { inline, joined, linked, plain, quoted, type Said } from "../../text/html.ts";
import { fromMarkdown } from "../../text/markdown.ts";

/** The words of a card (an "embed" in Discord's documentation), as a quotation. */
export function cardText(card: Fields): Said {
  const author = card.object("author");
  const title = card.anyText("title");
  return quoted(
    joined(
      linked(author?.anyText("name"), author?.anyText("url")),
      card.anyText("url") ? linked(title, card.text("url")) : markdown(title),
      markdown(card.anyText("description")),
      ...card
        .objects("fields")
        .map((field) => inline(markdown(field.anyText("name")), plain(": "), markdown(field.anyText("value")))),
      plain(card.object("footer")?.anyText("text") ?? ""),
    ),
  );
}

/** Is it only the preview of a link that the message holds anyway? */
export function isPreview(card: Fields, text: string): boolean {
  const url = card.anyText("url");
  return url !== undefined && text.includes(url);
}

function markdown(text: string | undefined): Said {
  return text === undefined ? plain("") : fromMarkdown(text, "discord");
}
