import { allowedHtml } from "../../matrix/text/allowed-html.ts";
import { isObject, objectMember, setMember, type JsonObject, type JsonValue } from "../../matrix/json.ts";
import { isHtmlMember } from "../../matrix/media-uris.ts";

/**
 * Makes a content harmless for whoever displays it, in place: all HTML passes the Matrix specification's allowed set, and nobody
 * is mentioned (without `m.mentions`, clients and push rules look for names in the body).
 */
export function makeSafe(content: JsonObject): void {
  cleanHtml(content);
  for (const said of [content, objectMember(content, "m.new_content")])
    if (said && (Object.hasOwn(said, "m.mentions") || (said === content && Object.hasOwn(said, "body"))))
      setMember(said, "m.mentions", {});
}

function cleanHtml(value: JsonValue): void {
  if (Array.isArray(value)) value.forEach(cleanHtml);
  if (!isObject(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner !== "string") cleanHtml(inner);
    else if (isHtmlMember(value, key)) setMember(value, key, allowedHtml(inner));
  }
}
