import { escapeHtml } from "../../../matrix/text/escape-html.ts";
import { isObject, member, setMember, stringMember, type JsonObject } from "../../../matrix/json.ts";
import { TEXT, TEXT_UNSTABLE } from "../../../matrix/text/extensible-text.ts";

/** Edits the text of a block in all its spellings (extensible events, MSC1767, and `body`). Changes `block` in place. */
export function editTexts(block: JsonObject, edit: (text: string) => string): void {
  for (const key of [TEXT_UNSTABLE, "body"]) {
    const text = stringMember(block, key);
    if (text !== undefined) setMember(block, key, edit(text));
  }
  const list = member(block, TEXT);
  if (!Array.isArray(list)) return;
  for (const item of list) {
    const text = stringMember(item, "body");
    if (!isObject(item) || text === undefined) continue;
    const isHtml = stringMember(item, "mimetype") === "text/html";
    setMember(item, "body", isHtml ? editHtml(text, edit) : edit(text));
  }
}

/** What `edit` adds around a text, escaped and put around the HTML. */
function editHtml(html: string, edit: (text: string) => string): string {
  const marker = "\0";
  const [before = "", after = ""] = edit(marker).split(marker);
  return escapeHtml(before) + html + escapeHtml(after);
}
