import { LinkifyIt } from "linkify-it";
import type { JsonObject } from "../../../matrix/json.ts";
import { linkedEventId } from "../../../matrix/message-link.ts";
import type { Conversation } from "../../timeline/conversation.ts";
import type { Files } from "../../timeline/timeline.ts";
import { bodyText, safeBody } from "../../words/message-text.ts";
import type { MediaFiles } from "../media-files.ts";
import { Html, safe } from "./html.ts";

/** Web addresses as people write them: with brackets around them and in them, or a full stop after them. */
const linkify = new LinkifyIt().set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false }).add("//", null);
const MATRIX = /(?:roomid|r)\/[^\s<>"'()[\]]+/y;
linkify.add("matrix:", {
  validate: (text, from) => {
    MATRIX.lastIndex = from;
    return MATRIX.exec(text)?.[0].length ?? 0;
  },
});
/** What every address begins with. */
const SCHEME = /(?:https?|ftp|mailto|matrix):/i;

export interface TextContext {
  conversation: Conversation;
  media: MediaFiles;
  /** where a message or change stands */
  hrefOf: (item: number) => string;
}

/** What somebody wrote: formatted as far as the Matrix specification allows it, else plain with its links. */
export function textHtml(content: JsonObject, files: Files, context: TextContext): Html {
  const { media } = context;
  const localAddress = (uri: string): string | undefined => messageAddress(uri, context);
  const image = (uri: string): ReturnType<MediaFiles["source"]> | undefined => {
    const sha256 = Object.hasOwn(files, uri) ? files[uri] : undefined;
    return media.isImage(sha256) ? media.source(sha256) : undefined;
  };
  const formatted = safeBody(content, { image, localAddress });
  if (formatted !== undefined) return safe`<div class="text">${Html.trusted(formatted)}</div>`;
  return safe`<div class="text plain">${linked(bodyText(content), localAddress)}</div>`;
}

/** Where a link to a message leads that stands in these pages. */
function messageAddress(uri: string, { conversation, hrefOf }: TextContext): string | undefined {
  const id = linkedEventId(uri);
  const item = id === undefined ? undefined : conversation.followUps.itemOf(id);
  return item === undefined ? undefined : hrefOf(item);
}

/** Plain text in which addresses can be followed. */
function linked(text: string, localAddress: (uri: string) => string | undefined): Html {
  if (!text.includes(":") || !SCHEME.test(text)) return safe`${text}`;
  const parts: Html[] = [];
  let from = 0;
  for (const { index, lastIndex, url, schema } of linkify.match(text) ?? []) {
    const shown = text.slice(index, lastIndex);
    const local = localAddress(url);
    const link =
      local !== undefined
        ? safe`<a href="${local}">${shown}</a>`
        : schema === "matrix:"
          ? safe`${shown}`
          : safe`<a href="${url}" rel="noreferrer noopener" target="_blank">${shown}</a>`;
    parts.push(safe`${text.slice(from, index)}${link}`);
    from = lastIndex;
  }
  return safe`${parts}${text.slice(from)}`;
}
