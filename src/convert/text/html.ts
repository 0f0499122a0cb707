import { escapeHtml } from "../../matrix/text/escape-html.ts";
import { LINK } from "../../matrix/link.ts";

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

/** A text without formatting. */
export function plain(body: string): Said {
  return { body };
}

/** A text that leads somewhere: where a client may not open the address, both stand as text. */
export function linked(label: string | undefined, href: string | undefined): Said {
  if (!href || href === label)
    return href && LINK.test(href) ? said(href, linkHtml(href, escapeHtml(href))) : { body: label ?? "" };
  if (!label) return linked(href, href);
  return said(
    `${label} (${href})`,
    LINK.test(href) ? linkHtml(href, escapeHtml(label)) : escapeHtml(`${label} (${href})`),
  );
}

/** Each on a line of its own; what is empty is passed over. */
export function joined(...parts: readonly (Said | undefined)[]): Said {
  return together(parts, "\n", "<br>");
}

/** One after the other, without anything between. */
export function inline(...parts: readonly (Said | undefined)[]): Said {
  return together(parts, "", "");
}

function together(parts: readonly (Said | undefined)[], bodyBetween: string, htmlBetween: string): Said {
  const full = parts.filter((part): part is Said => part !== undefined && part.body !== "");
  const body = full.map((part) => part.body).join(bodyBetween);
  if (full.every(({ html }) => html === undefined)) return { body };
  return { body, html: full.map((part) => part.html ?? textAsHtml(part.body)).join(htmlBetween) };
}

/** As a quotation. */
export function quoted(part: Said): Said {
  if (part.body === "") return part;
  const body = part.body
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n");
  return { body, html: `<blockquote>${part.html ?? textAsHtml(part.body)}</blockquote>` };
}
