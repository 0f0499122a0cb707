/** Texts of extensible events (MSC1767), in the unstable and the stable spelling. */
import { isObject, member, stringMember, type JsonValue } from "../json.ts";

export const TEXT_UNSTABLE = "org.matrix.msc1767.text";
export const TEXT = "m.text";

/** A message that is nothing but such texts. */
export const isExtensibleMessage = (type: string): boolean =>
  type === "m.message" || type === "org.matrix.msc1767.message";

/** The plain text of a block; undefined where it has none. */
export function extensibleText(block: JsonValue | undefined): string | undefined {
  const unstable = stringMember(block, TEXT_UNSTABLE);
  if (unstable !== undefined) return unstable;
  for (const key of [TEXT, TEXT_UNSTABLE]) {
    const list = member(block, key);
    const plain = Array.isArray(list) ? list.find(isPlain) : undefined;
    const text = stringMember(plain, "body");
    if (text !== undefined) return text;
  }
  return undefined;
}

function isPlain(item: JsonValue): boolean {
  return isObject(item) && (stringMember(item, "mimetype") ?? "text/plain") === "text/plain";
}
