import type { JsonObject } from "../json.ts";
import { textAsHtml } from "./text-as-html.ts";

/** Words of the service itself: an `m.notice` that mentions nobody, with `formatted_body` (client-server API, "m.notice"). */
export function noticeContent(body: string): JsonObject {
  return {
    msgtype: "m.notice",
    body,
    format: "org.matrix.custom.html",
    formatted_body: noticeHtml(body),
    "m.mentions": {},
  };
}

/** An address in escaped text, up to where a sentence goes on. */
const ADDRESS = /https?:\/\/(?:[^\s`&<>]|&amp;)*(?:[^\s`&<>.,;:!?)\]}]|&amp;)/g;
const CODE = /`([^`<]+)`/g;

/** What stands in `backticks` is code, addresses are links, and everything else is escaped. */
function noticeHtml(body: string): string {
  return textAsHtml(body).replace(CODE, "<code>$1</code>").replace(ADDRESS, '<a href="$&">$&</a>');
}
