import { escapeHtml } from "../../matrix/text/escape-html.ts";
import { linkHtml, said, textAsHtml, type Said } from "./html.ts";

/** One stretch of a text with one formatting. */
export interface TelegramPart {
  type: string;
  text: string;
  /** of a `text_link` */
  href?: string | undefined;
  /** of a `pre` */
  language?: string | undefined;
}

const TAGS: Record<string, string> = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "del",
  code: "code",
  blockquote: "blockquote",
};

/** A text in Telegram's parts. */
export function fromParts(parts: readonly TelegramPart[]): Said {
  if (parts.every(({ type }) => type === "plain")) return { body: parts.map(({ text }) => text).join("") };
  return said(parts.map(({ text }) => text).join(""), parts.map(html).join(""));
}

function html({ type, text, href, language }: TelegramPart): string {
  const shown = textAsHtml(text);
  const tag = Object.hasOwn(TAGS, type) ? TAGS[type] : undefined;
  if (tag !== undefined) return `<${tag}>${shown}</${tag}>`;
  switch (type) {
    case "pre": {
      const name = language && /^[\w+#.-]{1,40}$/.test(language) ? ` class="language-${escapeHtml(language)}"` : "";
      return `<pre><code${name}>${escapeHtml(text)}</code></pre>`;
    }
    case "spoiler":
      return `<span data-mx-spoiler>${shown}</span>`;
    case "text_link":
      return linkHtml(href ?? "", shown);
    case "link":
      return linkHtml(/^[a-z]+:/i.test(text) ? text : `https://${text}`, shown);
    case "email":
      return linkHtml(`mailto:${text}`, shown);
    default:
      return shown;
  }
}
