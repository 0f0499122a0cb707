import { allowedHtml } from "../../matrix/allowed-html.ts";
import { isObject, objectMember, setMember, type JsonObject, type JsonValue } from "../../matrix/json.ts";
import { isHtmlMember } from "../../matrix/media-uris.ts";

/**
 * Makes a content harmless for whoever displays it, in place: all HTML passes the Matrix specification's allowed set, and nobody
 * is mentioned (without `m.mentions`, clients and push rules look for names in the body). Gives whether anything had to go that
 * may have named a file.
 */
export function makeSafe(content: JsonObject): boolean {
  const changed = cleanHtml(content);
  for (const said of [content, objectMember(content, "m.new_content")])
    if (said && (Object.hasOwn(said, "m.mentions") || (said === content && Object.hasOwn(said, "body"))))
      setMember(said, "m.mentions", {});
  return changed;
}

function cleanHtml(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.map(cleanHtml).some(Boolean);
  if (!isObject(value)) return false;
  let changed = false;
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner !== "string") changed = cleanHtml(inner) || changed;
    else if (isHtmlMember(value, key)) {
      const safe = allowedHtml(inner);
      if (safe === inner) continue;
      setMember(value, key, safe);
      changed = true;
    }
  }
  return changed;
}
