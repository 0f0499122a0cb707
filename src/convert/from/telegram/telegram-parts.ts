import { isObject, stringMember, type JsonValue } from "../../../matrix/json.ts";
import type { Fields } from "../../input/fields.ts";
import type { TelegramPart } from "../../text/telegram-text.ts";

/** The parts of a message's text. */
export function partsOf(message: Fields): readonly TelegramPart[] {
  const entities = message.list("text_entities");
  return entities.length > 0 ? parts(entities) : parts(message.raw("text"));
}

/** A text as it stands in different versions: plain, or in parts. */
function parts(value: JsonValue | readonly JsonValue[] | undefined): readonly TelegramPart[] {
  if (typeof value === "string") return value === "" ? [] : [{ type: "plain", text: value }];
  if (isObject(value)) return partOf(value);
  return Array.isArray(value) ? value.flatMap((part) => (typeof part === "string" ? parts(part) : partOf(part))) : [];
}

/** The same without formatting. */
export function plainText(value: JsonValue | undefined): string {
  return parts(value)
    .map(({ text }) => text)
    .join("");
}

function partOf(value: JsonValue): TelegramPart[] {
  const text = stringMember(value, "text");
  if (text === undefined) return [];
  const type = stringMember(value, "type") ?? "plain";
  return [{ type, text, href: stringMember(value, "href"), language: stringMember(value, "language") }];
}
