import type { ImportedSender } from "../../bundle/manifest/manifest.ts";
import { isolatedName } from "./author-name.ts";
import { authorHue } from "../../matrix/author-hue.ts";
import { escapeHtml } from "../../matrix/escape-html.ts";
import { serverOf } from "../../matrix/ids.ts";

/** How the author of a message is shown in clients that know nothing of `_imported_sender`. */
export type LabelStyle = "introduce" | "short" | "full";

/**
 * Twelve hues of one luminance (0.18), so that each has a contrast of about 4.5 : 1 on white and on near-black alike (WCAG 2.1,
 * "contrast ratio").
 */
const COLOURS = [
  "#d34141",
  "#a76727",
  "#7a7a1d",
  "#51831f",
  "#208820",
  "#1f8653",
  "#1f8282",
  "#2e78c3",
  "#6868dc",
  "#9655d7",
  "#c62ec6",
  "#d03884",
];

/** One colour per user id, always the same. */
export function colourOf(userId: string): string {
  return COLOURS[authorHue(userId)] ?? "#000000";
}

/**
 * The label before a text, as HTML: `Alice: `, or `[Original: Alice from acme.org]: ` in the long form. The server stands in
 * `<code>`, for clients make links of bare domains. `data-mx-profile-fallback` lets clients that show per-message profiles
 * (MSC4144) leave it away.
 */
export function labelHtml(author: ImportedSender, long: boolean): string {
  const name = `<span data-mx-color="${colourOf(author.user_id)}">${escapeHtml(isolatedName(author))}</span>`;
  const text = long ? `[Original: ${name} from <code>${escapeHtml(serverOf(author.user_id))}</code>]` : name;
  return `<strong data-mx-profile-fallback>${text}: </strong>`;
}

/** Puts a label in front of formatted text: after the quote of an old-style reply, and inside a leading paragraph. */
export function labelled(label: string, html: string): string {
  const [, quote = "", paragraph = ""] = /^(\s*<mx-reply>[\s\S]*?<\/mx-reply>)?(\s*<p>)?/.exec(html) ?? [];
  return quote + paragraph + label + html.slice(quote.length + paragraph.length);
}

/** Plain text as HTML that looks the same. */
export function textAsHtml(text: string): string {
  return escapeHtml(text).replaceAll(/\r\n|\n|\r/g, "<br>");
}
