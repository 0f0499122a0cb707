/** Elements that the rendered conversation is made of; of any other one only what is inside it is shown. */
export const ELEMENTS: ReadonlySet<string> = new Set([
  ...["article", "section", "div", "p", "span", "a", "bdi", "small", "time", "figure", "figcaption", "dl", "dt", "dd"],
  ...["ul", "ol", "li", "details", "summary", "progress", "table", "thead", "tbody", "tfoot", "tr", "th", "td"],
  ...["caption", "img", "video", "audio", "del", "s", "strike", "font", "h1", "h2", "h3", "h4", "h5", "h6"],
  ...["blockquote", "sup", "sub", "b", "i", "u", "strong", "em", "code", "hr", "br", "pre"],
]);
export const SVG_ELEMENTS: ReadonlySet<string> = new Set(["svg", "g", "rect", "title"]);

/** Attributes that do nothing but say how something looks, or what it is. */
const ATTRIBUTES: ReadonlySet<string> = new Set([
  ...["class", "id", "title", "datetime", "alt", "width", "height", "role", "tabindex", "open", "controls", "preload"],
  ...["loading", "max", "value", "start", "scope", "data-file", "data-mx-spoiler", "data-mx-color"],
  ...["data-mx-bg-color", "data-mx-maths", "aria-label", "aria-hidden"],
  ...["viewBox", "preserveAspectRatio", "x", "y"],
]);
/** Of links: addresses within the conversation and those that messages may have (client-server API, `formatted_body`). */
const HREF = /^(?:#(?:m\d+)?$|https?:\/\/|mailto:|ftp:\/\/|magnet:)/i;

/** May the page set this attribute? Addresses of pictures and films are none of them: those come from the bundle alone. */
export function isAllowed(tag: string, name: string, value: string): boolean {
  if (ATTRIBUTES.has(name)) return true;
  if (tag !== "a") return false;
  return name === "href" ? HREF.test(value) : name === "download" || name === "rel" || name === "target";
}
