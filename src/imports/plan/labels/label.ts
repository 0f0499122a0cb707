import type { ImportedSender } from "../../../bundle/manifest/manifest.ts";
import { authorHue } from "../../../matrix/author-hue.ts";
import { escapeHtml } from "../../../matrix/text/escape-html.ts";
import { serverOf } from "../../../matrix/ids.ts";
import { directionMark, isolated } from "../../../matrix/text/text-direction.ts";
import { plainName, type ShownName } from "./author-names.ts";

/** How the author of a message is shown in clients that know nothing of `_imported_sender`. */
export type LabelStyle = "introduce" | "short" | "full";

/** The author of an event, and what readers see of them. */
export interface Byline {
  author: ImportedSender;
  shown: ShownName;
  /** makes links to events of the source lead to those of the new room, in text or HTML */
  redirect: (text: string) => string;
}

/**
 * Twelve hues of one luminance (0.193): the only one that has a contrast of 4.3 : 1 on both grounds of Element, #ffffff and #101317
 * (WCAG 2.1, "contrast ratio").
 */
const COLOURS = [
  "#da4343",
  "#ad6a28",
  "#807d1e",
  "#548720",
  "#278c24",
  "#1e8b52",
  "#1f8786",
  "#317cca",
  "#6b6ce2",
  "#9c58de",
  "#cc30cc",
  "#d73b87",
];

/** One colour per user id, always the same. */
export function colourOf(userId: string): string {
  return COLOURS[authorHue(userId)] ?? "#000000";
}

/**
 * The label before a text, as HTML: `Alice: `, or `[Original: Alice from acme.org]: ` in the long form. Servers and user ids stand
 * in `<code>`, for clients make links of them. `data-mx-profile-fallback` lets clients that show per-message profiles (MSC4144)
 * leave it away. `text`: HTML that follows; the line keeps its direction.
 */
export function labelHtml({ author, shown }: Byline, long: boolean, text: string): string {
  const name = `<span data-mx-color="${colourOf(author.user_id)}">${nameHtml(shown)}</span>`;
  const words = long ? `[Original: ${name} from <code>${escapeHtml(serverOf(author.user_id))}</code>]` : name;
  return `<strong data-mx-profile-fallback>${directionMark(plainText(text))}${words}: </strong>`;
}

/** The label as plain text: `Alice: `. */
export function labelText({ shown }: Byline, text: string): string {
  return `${directionMark(text)}${isolated(plainName(shown))}: `;
}

/** Puts a label in front of formatted text: after the quote of an old-style reply, and inside a leading paragraph. */
export function labelled(label: string, html: string): string {
  const [, quote = "", paragraph = ""] = /^(\s*<mx-reply>[\s\S]*?<\/mx-reply>)?(\s*<p>)?/.exec(html) ?? [];
  return quote + paragraph + label + html.slice(quote.length + paragraph.length);
}

/** The name in an isolate, as HTML. */
export function nameHtml({ name, apart }: ShownName): string {
  const id = (text: string): string => (text.startsWith("@") ? `<code>${escapeHtml(text)}</code>` : escapeHtml(text));
  return isolated(apart === undefined ? id(name) : `${escapeHtml(name)} (${id(apart)})`);
}

/** What readers see of HTML, as far as it tells the direction. */
export function plainText(html: string): string {
  return html.replaceAll(/<mx-reply>[\s\S]*?<\/mx-reply>|<[^>]*>/g, " ");
}
