import sanitize, { type Attributes, type Tag } from "sanitize-html";
import { LINK, SCHEMES } from "../link.ts";

/** Tags that clients render in a `formatted_body` (client-server API, "m.room.message msgtypes"); `font` and `strike` are older. */
export const TAGS = [
  ...["del", "s", "strike", "font", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "p", "a", "ul", "ol", "li"],
  ...["sup", "sub", "b", "i", "u", "strong", "em", "code", "hr", "br", "div", "pre", "span", "img"],
  ...["table", "thead", "tbody", "tr", "th", "td", "caption", "details", "summary"],
];
const COLOURS = ["data-mx-color", "data-mx-bg-color"];
const ATTRIBUTES = {
  a: ["href", "rel", "target"],
  span: [...COLOURS, "data-mx-spoiler", "data-mx-maths"],
  font: COLOURS,
  div: ["data-mx-maths"],
  ol: ["start"],
  code: ["class"],
};
const OF_IMAGES = ["width", "height", "alt", "title"];
/** A custom emoticon, whatever its value (client-server API, "Image packs"). */
const EMOTICON = "data-mx-emoticon";
/** The attributes by which a page may give an image its source. */
const SOURCES = ["src", "data-file", "loading"];
/** Elements that go with all that is inside them; `mx-reply` is the quote that old clients put before a reply. */
export const GONE = [
  "script",
  "style",
  "textarea",
  "option",
  "noscript",
  "title",
  "template",
  "svg",
  "math",
  "iframe",
  "object",
];
/** Deeper elements lose their tags, not their text (the specification proposes the number). */
export const MAX_NESTING = 100;

export interface SafeHtmlOptions {
  /**
   * The attributes that give an inline image its source, by its `mxc://` URI; where there are none, its alternative text stands in
   * its place. Without this function an image keeps its URI.
   */
  image?: (uri: string) => { src?: string; "data-file"?: string; loading?: "lazy" } | undefined;
  /** the address within the same page or folder to which a link leads instead, if there is one; it must not come from a stranger */
  localAddress?: (href: string) => string | undefined;
  /** leave the quote of an old-style reply away, with its text */
  withoutQuote?: boolean;
  /** leave the name away that stands in the text for clients without per-message profiles (MSC4144) */
  withoutName?: boolean;
}

/**
 * A formatted body with nothing in it but what the Matrix specification lets clients render: its tags, attributes and schemes of
 * links. Well-formed: all that was opened is closed. Everything else loses its tags and keeps its text; scripts and styles go whole.
 */
export function safeHtml(
  html: string,
  { image, localAddress, withoutQuote = false, withoutName = false }: SafeHtmlOptions = {},
): string {
  const sourceOf = image ?? ((uri: string) => ({ src: uri }));
  return sanitize(html, {
    allowedTags: withoutQuote ? TAGS : [...TAGS, "mx-reply"],
    nonTextTags: withoutQuote ? [...GONE, "mx-reply"] : GONE,
    allowedAttributes: { ...ATTRIBUTES, img: [...OF_IMAGES, EMOTICON, ...SOURCES] },
    allowedClasses: { code: ["language-*"] },
    allowedSchemes: SCHEMES,
    allowedSchemesByTag: { img: ["mxc"] },
    allowProtocolRelative: false,
    nestingLimit: MAX_NESTING,
    disallowedTagsMode: "discard",
    ...(withoutName && { exclusiveFilter: ({ attribs }) => Object.hasOwn(attribs, "data-mx-profile-fallback") }),
    transformTags: {
      a: (_tag, attributes) => link(attributes, localAddress),
      img: (_tag, attributes) => picture(attributes, sourceOf),
    },
  });
}

/** Only whole addresses: what a relative one leads to is not what its author meant. */
function link({ href }: Attributes, localAddress: SafeHtmlOptions["localAddress"]): Tag {
  const tagName = "a";
  const local = href === undefined ? undefined : localAddress?.(href);
  if (local !== undefined) return { tagName, attribs: { href: local } };
  if (href === undefined || !LINK.test(href)) return { tagName, attribs: {} };
  return { tagName, attribs: { href, rel: "noreferrer noopener", target: "_blank" } };
}

function picture(attributes: Attributes, sourceOf: NonNullable<SafeHtmlOptions["image"]>): Tag {
  const { src } = attributes;
  // of an emoticon the title is its shortcode
  const alt = attributes["alt"] ?? attributes["title"] ?? "";
  const source = src?.startsWith("mxc://") ? sourceOf(src) : undefined;
  if (!source) return { tagName: "span", attribs: {}, text: alt };
  const kept = OF_IMAGES.flatMap((name) => {
    const value = attributes[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const emoticon = Object.hasOwn(attributes, EMOTICON) && { [EMOTICON]: "" };
  return { tagName: "img", attribs: { ...Object.fromEntries(kept), alt, ...emoticon, ...source } };
}
