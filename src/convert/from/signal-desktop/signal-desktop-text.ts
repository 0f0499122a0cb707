import { escapeHtml } from "../../../matrix/text/escape-html.ts";
import type { Fields } from "../../input/fields.ts";
import { said, textAsHtml, type Said } from "../../text/html.ts";

/** No message has so many; each could cut the text in two places. */
const MAX_RANGES = 1000;
const TAGS: Readonly<Record<string, readonly [string, string]>> = {
  BOLD: ["<strong>", "</strong>"],
  ITALIC: ["<em>", "</em>"],
  STRIKETHROUGH: ["<del>", "</del>"],
  MONOSPACE: ["<code>", "</code>"],
  SPOILER: ["<span data-mx-spoiler>", "</span>"],
};

interface Range {
  start: number;
  end: number;
  tags: readonly [string, string] | undefined;
  /** what stands in its place */
  text: string | undefined;
}

/**
 * A text with its ranges, which count UTF-16 units and may overlap; a mention stands for one placeholder.
 * `nameOf`: of an account; `odd`: told of a range that lies outside of the text
 */
export function rangedText(
  text: Fields | undefined,
  nameOf: (aci: string) => string | undefined,
  odd: () => void,
): Said {
  const body = text?.text("body") ?? "";
  const ranges = (text?.objects("bodyRanges") ?? []).flatMap((range) => rangeOf(range, body.length, nameOf, odd));
  if (ranges.length === 0 || ranges.length > MAX_RANGES) return { body };
  const cuts = [...new Set([0, body.length, ...ranges.flatMap(({ start, end }) => [start, end])])].sort(
    (a, b) => a - b,
  );
  const parts = cuts.slice(0, -1).map((from, index) => part(body, from, cuts[index + 1] ?? from, ranges));
  return said(parts.map(({ shown }) => shown).join(""), parts.map(({ html }) => html).join(""));
}

function rangeOf(
  range: Fields,
  length: number,
  nameOf: (aci: string) => string | undefined,
  odd: () => void,
): Range | [] {
  // what is nought is not written
  const start = range.number("start") ?? 0;
  const end = start + (range.number("length") ?? 0);
  const aci = range.id("mentionAci");
  if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end <= start || end > length) {
    odd();
    return [];
  }
  const style = range.id("style") ?? "";
  const tags = Object.hasOwn(TAGS, style) ? TAGS[style] : undefined;
  return { start, end, tags, text: aci === undefined ? undefined : `@${nameOf(aci) ?? "unknown"}` };
}

function part(body: string, from: number, to: number, ranges: readonly Range[]): { shown: string; html: string } {
  const within = ranges.filter(({ start, end }) => start <= from && end >= to);
  const mention = within.find(({ text }) => text !== undefined);
  // a mention that another range cuts stands where it begins
  const shown = mention === undefined ? body.slice(from, to) : from === mention.start ? (mention.text ?? "") : "";
  const inner = mention === undefined ? textAsHtml(shown) : escapeHtml(shown);
  const html = within.reduce(
    (inside, { tags }) => (tags && inside !== "" ? tags[0] + inside + tags[1] : inside),
    inner,
  );
  return { shown, html };
}
