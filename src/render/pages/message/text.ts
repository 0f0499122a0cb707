import type { JsonObject } from "../../../matrix/json.ts";
import type { Files } from "../../timeline/timeline.ts";
import { bodyText, safeBody } from "../../words/message-text.ts";
import type { MediaFiles } from "../media-files.ts";
import { Html, safe } from "./html.ts";

const ADDRESS = /\bhttps?:\/\/[^\s<>"']+/g;

/** What somebody wrote: formatted as far as the Matrix specification allows it, else plain with its links. */
export function textHtml(content: JsonObject, files: Files, media: MediaFiles): Html {
  const formatted = safeBody(content, (uri) => {
    const sha256 = Object.hasOwn(files, uri) ? files[uri] : undefined;
    return media.isImage(sha256) ? media.source(sha256) : undefined;
  });
  if (formatted !== undefined) return safe`<div class="text">${Html.trusted(formatted)}</div>`;
  return safe`<div class="text plain">${linked(bodyText(content))}</div>`;
}

/** Plain text in which web addresses can be followed. */
function linked(text: string): Html {
  const parts: Html[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(/[.,:;!?)\]}'*_]+$/, "");
    parts.push(
      safe`${text.slice(from, match.index)}<a href="${address}" rel="noreferrer noopener" target="_blank">${address}</a>`,
    );
    from = match.index + address.length;
  }
  return safe`${parts}${text.slice(from)}`;
}
