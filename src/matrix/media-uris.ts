import { parseMxc } from "./ids.ts";
import type { JsonValue } from "./json.ts";

/** `src` of an image in a formatted body. */
const INLINE_IMAGE = /(\bsrc\s*=\s*["']?)(mxc:\/\/[^"'\s>]+)/gi;

/**
 * Every `mxc://` URI in a content: whole strings anywhere (`url`, `file.url`, `info.thumbnail_url`, avatars, custom keys) and
 * inline images of formatted bodies. In the order met, each once. Malformed ones (paths, missing ids) are among them, but not
 * where they are the text of a message: `parseMxc` tells.
 */
export function mediaUris(content: JsonValue): string[] {
  const found = new Set<string>();
  walkStrings(content, undefined, (text, key) => {
    if (text.startsWith("mxc://")) {
      if (key !== "body" || parseMxc(text)) found.add(text);
    } else if (key === "formatted_body" && text.includes("mxc://")) {
      for (const [, , uri] of text.matchAll(INLINE_IMAGE)) if (uri) found.add(uri);
    }
  });
  return [...found];
}

/** A formatted body with each inline image's URI replaced by what `replace` gives (the URI itself: no change). */
export function replaceInlineImages(html: string, replace: (uri: string) => string): string {
  return html.replaceAll(INLINE_IMAGE, (_all, attribute: string, uri: string) => attribute + replace(uri));
}

function walkStrings(value: JsonValue, key: string | undefined, visit: (text: string, key?: string) => void): void {
  if (typeof value === "string") visit(value, key);
  else if (Array.isArray(value)) for (const item of value) walkStrings(item, key, visit);
  else if (typeof value === "object" && value !== null)
    for (const [name, inner] of Object.entries(value)) walkStrings(inner as JsonValue, name, visit);
}
