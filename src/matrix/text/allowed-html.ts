import sanitizeHtml, { type IOptions } from "sanitize-html";
import { LINK, SCHEMES } from "../link.ts";
import { GONE, MAX_NESTING, TAGS } from "./safe-html.ts";

const MXC = /^mxc:\/\//;

const ATTRIBUTES = new Map([
  ["a", ["href", "target", "name", "rel"]],
  ["img", ["width", "height", "alt", "title", "src"]],
  ["ol", ["start"]],
  ["code", ["class"]],
  ["font", ["color"]],
]);

/** The specification's set, with what its earlier versions had: old messages hold them. Attributes `data-mx-*` do nothing by themselves. */
const ALLOWED: IOptions = {
  allowedTags: [...TAGS, "tt", "mx-reply"],
  nonTextTags: GONE,
  allowedAttributes: { "*": ["data-mx-*"], ...Object.fromEntries(ATTRIBUTES) },
  allowedClasses: { code: ["language-*"] },
  allowedSchemes: SCHEMES,
  allowedSchemesByTag: { img: ["mxc"] },
  allowProtocolRelative: false,
  transformTags: {
    a: (tagName, attribs) => ({ tagName, attribs: onlyWhere(attribs, "href", LINK) }),
    img: (tagName, attribs) => ({ tagName, attribs: onlyWhere(attribs, "src", MXC) }),
  },
  nestingLimit: MAX_NESTING,
  disallowedTagsMode: "discard",
};

/** Everything, put down in the same way: what it differs by is what had to go. */
const ALL: IOptions = {
  allowedTags: false,
  allowedAttributes: false,
  allowedSchemesAppliedToAttributes: [],
  parseStyleAttributes: false,
  allowVulnerableTags: true,
};

const TAG = /<(\/?)([a-z][a-z0-9-]*)((?:\s+[a-z][a-z0-9-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*)\s*\/?>/gi;
const ATTRIBUTE = /\s+([a-z][a-z0-9-]*)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?/gi;

/**
 * A formatted body as the Matrix specification allows it (client-server API, "m.room.message msgtypes"), for clients to display.
 * What is allowed already stays byte for byte; but HTML that two parsers may read in two ways (comments, stray `<`, attributes
 * twice) is put down anew even where nothing has to go.
 */
export function allowedHtml(html: string): string {
  if (!/[<\0]/.test(html)) return html;
  const safe = sanitizeHtml(html, ALLOWED);
  return isPlain(html) && safe === sanitizeHtml(html, ALL) ? html : safe;
}

/** Nothing but text and whole tags with attributes that they may have, in which no parser can be mistaken. */
function isPlain(html: string): boolean {
  for (const [, closes, tag = "", attributes = ""] of html.matchAll(TAG)) {
    const names = [...attributes.matchAll(ATTRIBUTE)].map(([, name = ""]) => name.toLowerCase());
    if (new Set(names).size !== names.length || (closes && names.length > 0)) return false;
    const allowed = ATTRIBUTES.get(tag.toLowerCase());
    if (!names.every((name) => name.startsWith("data-mx-") || allowed?.includes(name))) return false;
  }
  return !/[<\0]/.test(html.replaceAll(TAG, ""));
}

function onlyWhere(attributes: Record<string, string>, name: string, value: RegExp): Record<string, string> {
  const { [name]: held, ...rest } = attributes;
  return held === undefined || value.test(held) ? attributes : rest;
}
