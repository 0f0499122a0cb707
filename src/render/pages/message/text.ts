import { stringMember, type JsonObject } from "../../../matrix/json.ts";
import { safeHtml } from "../../../matrix/safe-html.ts";
import { withoutQuote } from "./excerpt.ts";
import { Html, safe } from "./html.ts";
import type { MediaFiles } from "../media-files.ts";

const ADDRESS = /\bhttps?:\/\/[^\s<>"']+/g;

/** What somebody wrote: formatted as far as the Matrix specification allows it, else plain with its links. */
export function textOf(
  content: JsonObject,
  named: Readonly<Record<string, string>>,
  media: MediaFiles,
  isReply: boolean,
): Html {
  const formatted = stringMember(content, "formatted_body");
  if (formatted !== undefined && stringMember(content, "format") === "org.matrix.custom.html") {
    const image = (uri: string): ReturnType<MediaFiles["source"]> | undefined => {
      const sha256 = Object.hasOwn(named, uri) ? named[uri] : undefined;
      return media.isImage(sha256) ? media.source(sha256) : undefined;
    };
    return safe`<div class="text">${Html.trusted(safeHtml(formatted, { withoutQuote: true, image }))}</div>`;
  }
  const body = stringMember(content, "body") ?? "";
  return safe`<div class="text plain">${linked(isReply ? withoutQuote(body) : body)}</div>`;
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
