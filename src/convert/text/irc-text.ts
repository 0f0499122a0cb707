import { escapeHtml } from "../../matrix/text/escape-html.ts";
import { said, type Said } from "./html.ts";

/** The sixteen colours of mIRC, as most clients show them. */
const COLOURS = [
  ...["#ffffff", "#000000", "#00007f", "#009300", "#ff0000", "#7f0000", "#9c009c", "#fc7f00"],
  ...["#ffff00", "#00fc00", "#009393", "#00ffff", "#0000fc", "#ff00ff", "#7f7f7f", "#d2d2d2"],
];
const TAGS: Readonly<Record<string, string>> = {
  "\x02": "strong",
  "\x1d": "em",
  "\x1f": "u",
  "\x1e": "del",
  "\x11": "code",
};
const RESET = "\x0f";
const CODES =
  /([\x02\x1d\x1f\x1e\x11\x16\x0f])|\x03(\d{1,2})?(?:,\d{1,2})?|\x04(?:[0-9a-fA-F]{6})?(?:,[0-9a-fA-F]{6})?/g;
/** What else a terminal could take for an order. */
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f]/g;

/** A text with the formatting codes that IRC clients write (modern.ircdocs.horse, "Formatting"). */
export function fromIrc(text: string): Said {
  const body = text.replaceAll(CODES, "").replaceAll(CONTROL, "");
  if (body.length === text.length) return { body };
  let html = "";
  let from = 0;
  let on = new Set<string>();
  let colour: string | undefined;
  const flush = (to: number): void => {
    const plain = escapeHtml(text.slice(from, to).replaceAll(CONTROL, ""));
    if (plain === "") return;
    const styled = [...on].reduce((inner, tag) => `<${tag}>${inner}</${tag}>`, plain);
    html += colour === undefined ? styled : `<span data-mx-color="${colour}">${styled}</span>`;
  };
  for (const match of text.matchAll(CODES)) {
    const [all, code, number] = match;
    flush(match.index);
    from = match.index + all.length;
    const tag = code === undefined ? undefined : TAGS[code];
    if (code === RESET) [on, colour] = [new Set(), undefined];
    else if (tag !== undefined) on = new Set(on.has(tag) ? [...on].filter((each) => each !== tag) : [...on, tag]);
    else if (code === undefined && all.startsWith("\x03"))
      colour = number === undefined ? undefined : COLOURS[Number(number)];
  }
  flush(text.length);
  return said(body, html);
}
