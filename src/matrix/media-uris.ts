import { parseMxc } from "./ids.ts";
import { isObject, stringMember, type JsonObject, type JsonValue } from "./json.ts";

const SRC = /(?<![A-Za-z0-9_-])src[ \t\n\f\r]*=[ \t\n\f\r]*(["']?)/gi;
const UNQUOTED = /[^ \t\n\f\r"'<>]*/y;
const REFERENCE = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(amp|colon|sol|period|lowbar|equals));/g;
const NAMED = { amp: "&", colon: ":", sol: "/", period: ".", lowbar: "_", equals: "=" };
const LAST_CODE_POINT = 0x10ffff;

/** Is the text in this member HTML, by the member's name (of messages and of extensible events, MSC1767) or by what stands beside it? */
export function isHtmlMember(holder: JsonObject, key: string): boolean {
  if (key === "body") return stringMember(holder, "mimetype") === "text/html";
  return key === "formatted_body" || key === "m.html" || key === "org.matrix.msc1767.html";
}

/**
 * Every `mxc://` URI in a content (docs/bundle-format.md, "Addresses"): whole strings anywhere (`url`, `file.url`,
 * `info.thumbnail_url`, avatars, custom keys), and what `src` names in HTML. In the order met, each once. Malformed ones (paths,
 * missing ids) are among them, but not where they are the text of a message: `parseMxc` tells.
 */
export function mediaUris(content: JsonValue): string[] {
  const found: string[] = [];
  walkStrings(content, undefined, false, (text, key, isHtml) => {
    if (text.startsWith("mxc://") && ((key !== "body" && !isHtml) || parseMxc(text))) found.push(text);
    if (isHtml && /src/i.test(text)) for (const { uri } of inlineMedia(text)) found.push(uri);
  });
  return found.length > 1 ? [...new Set(found)] : found;
}

/** The `mxc://` URIs that attributes `src` name in HTML, in order, with the place of each in the text. */
export function* inlineMedia(html: string): Generator<{ uri: string; start: number; end: number }> {
  const attribute = new RegExp(SRC);
  for (let match = attribute.exec(html); match; match = attribute.exec(html)) {
    const start = attribute.lastIndex;
    const quote = match[1] ?? "";
    const end = quote === "" ? unquotedEnd(html, start) : quotedEnd(html, start, quote);
    // behind a quotation mark that opens nothing another attribute may begin
    if (quote === "") attribute.lastIndex = end;
    const uri = withoutReferences(html.slice(start, end)).replace(/^[ \t\n\f\r]+|[ \t\n\f\r]+$/g, "");
    if (uri.startsWith("mxc://")) yield { uri, start, end };
  }
}

/** HTML with each URI of `inlineMedia` replaced by what `replace` gives (the URI itself: no change). */
export function replaceInlineMedia(html: string, replace: (uri: string) => string): string {
  let out = "";
  let from = 0;
  for (const { uri, start, end } of inlineMedia(html)) {
    const now = replace(uri);
    if (now === uri || start < from) continue;
    out += html.slice(from, start) + now;
    from = end;
  }
  return out + html.slice(from);
}

function quotedEnd(html: string, start: number, quote: string): number {
  const end = html.indexOf(quote, start);
  return end < 0 ? html.length : end;
}

function unquotedEnd(html: string, start: number): number {
  UNQUOTED.lastIndex = start;
  return UNQUOTED.test(html) ? UNQUOTED.lastIndex : start;
}

/** The character references that may stand for what an address is made of. */
function withoutReferences(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(REFERENCE, (all, decimal?: string, hexadecimal?: string, name?: keyof typeof NAMED) => {
    if (name !== undefined) return NAMED[name];
    const point = decimal === undefined ? Number.parseInt(hexadecimal ?? "", 16) : Number(decimal);
    return point <= LAST_CODE_POINT ? String.fromCodePoint(point) : all;
  });
}

function walkStrings(
  value: JsonValue,
  key: string | undefined,
  isHtml: boolean,
  visit: (text: string, key: string | undefined, isHtml: boolean) => void,
): void {
  if (typeof value === "string") visit(value, key, isHtml);
  else if (Array.isArray(value)) for (const item of value) walkStrings(item, key, false, visit);
  else if (isObject(value))
    for (const name in value) {
      const inner = value[name] as JsonValue;
      if (typeof inner === "string") visit(inner, name, isHtmlMember(value, name));
      else walkStrings(inner, name, false, visit);
    }
}
