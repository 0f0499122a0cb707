import { escapeHtml } from "../../matrix/escape-html.ts";
import { LINK } from "../../matrix/safe-html.ts";

/** Plain text as HTML that looks the same. */
export function textAsHtml(text: string): string {
  return escapeHtml(text).replaceAll(/\r\n|\n|\r/g, "<br>");
}

/** A link, where it leads to something that a client may open; else its text alone. `html`: what to show */
export function linkHtml(href: string, html: string): string {
  return LINK.test(href) ? `<a href="${escapeHtml(href)}">${html}</a>` : html;
}

/** What somebody said, as a message holds it. */
export interface Said {
  /** plain text */
  body: string;
  /** the same with its formatting, where it has any (client-server API, "m.room.message msgtypes") */
  html?: string;
}

/** `html` only where it says more than the text. */
export function said(body: string, html: string): Said {
  return html === textAsHtml(body) ? { body } : { body, html };
}
