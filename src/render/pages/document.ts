import { SCRIPT, STYLE } from "./assets.ts";
import { dayOf } from "../words/when.ts";
import { Html, safe } from "./message/html.ts";
import { dayHtml } from "./message/time.ts";
import type { FilePlace, MediaFiles } from "./media-files.ts";
import type { PageSpan } from "./page-spans.ts";
import type { RenderSource } from "../source.ts";

/** What the script has to know of the whole. */
export interface Book {
  /** `pages`: each page is a file of its own; `whole`: all are in this one */
  form: "pages" | "whole";
  /** of this document, from 0; undefined for the search */
  page: number | undefined;
  /** messages and changes on a page */
  size: number;
  pages: readonly PageSpan[];
}

/** By how much clocks on Earth are behind UTC, and ahead of it, at most. */
const [MOST_BEHIND_MS, MOST_AHEAD_MS] = [12 * 3_600_000, 14 * 3_600_000];

/** The file of a page in a folder of pages. */
export function pageFile(page: number): string {
  return page === 0 ? "index.html" : `page-${page + 1}.html`;
}

/**
 * Nothing may be loaded, run, sent or framed but this program's own script and style, by their hashes, and media from beside the
 * page (`file:`, for browsers to which a file's neighbours are strangers) or from inside it.
 */
function policy(place: FilePlace): string {
  const media = place === "inside" ? "blob:" : "'self' file:";
  const sources = { "script-src": SCRIPT.source, "style-src": STYLE.source, "img-src": media, "media-src": media };
  const allowed = Object.entries(sources).map(([name, value]) => `${name} ${value}`);
  return ["default-src 'none'", ...allowed, "base-uri 'none'", "form-action 'none'"].join("; ");
}

export interface DocumentParts {
  source: Pick<RenderSource, "head">;
  media: MediaFiles;
  /** SHA-256 of the room's picture */
  picture: string | undefined;
  book: Book;
  /** what stands between the tools and the messages */
  before?: Html | undefined;
}

/** A document up to its body. @param allowed its content security policy */
export function documentHead(title: string, allowed: string): Html {
  return safe`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${allowed}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${STYLE.text}</style>
</head>
<body>
`;
}

/** A document up to its messages. */
export function documentStart({ source, media, picture, book, before }: DocumentParts): Html {
  const { room } = source.head;
  const name = room.name ?? "A room without a name";
  const title = book.page === undefined ? `Search: ${name}` : name;
  const times = book.pages.flatMap(({ from, to }) => (from === null || to === null ? [] : [from, to]));
  // somewhere it is still the day before, or already the next
  const first = times.length > 0 && dayOf(Math.min(...times) - MOST_BEHIND_MS);
  const last = times.length > 0 && dayOf(Math.max(...times) + MOST_AHEAD_MS);
  return safe`${documentHead(title, policy(media.place))}<a class="skip" href="#conversation">Skip to the conversation</a>
<header class="top"><div class="bar"><div class="room">${
    media.isImage(picture) && safe`<img class="avatar" alt=""${media.sourceAttribute(picture)}>`
  }<div><h1><a href="${book.form === "pages" ? pageFile(0) : "#page-1"}">${name}</a></h1>${room.topic !== null && room.topic !== "" && safe`<p class="topic">${room.topic}</p>`}</div></div>
<form class="find" id="find" role="search"><label for="query">Search</label><input id="query" type="search" placeholder="Search" autocomplete="off" enterkeyhint="search"><button>Search</button></form>
<form class="jump" id="jump" novalidate><label for="date">Go to date</label><input id="date" type="date"${first && safe` min="${first}"`}${last && safe` max="${last}"`}><button>Go</button></form></div></header>
<noscript><p class="hint">Search${book.form === "whole" && ", pictures and further pages"} and jumping to a date need JavaScript, which is off here.</p></noscript>
<section class="results" id="results" aria-label="Search results" hidden><div class="head"><h2 id="found" role="status" tabindex="-1"></h2><button id="close" type="button">Close</button></div><ol id="hits"></ol><button id="more" type="button" hidden>Show more</button></section>
${before}${pageNavigation(book, "Pages")}
<main id="conversation" tabindex="-1">
`;
}

/** What follows the messages of a page, up to where data may be added. */
export function documentMiddle({ source, book }: Pick<DocumentParts, "source" | "book">): Html {
  return safe`</main>
${pageNavigation(book, "Pages, again")}
<footer><p>Exported ${source.head.exported_at} from ${source.head.source.server_name}. <span class="zone">All times are UTC.</span><span class="keys"> Keys: <kbd>Ctrl</kbd> <kbd>K</kbd> searches; within the conversation <kbd>J</kbd> and <kbd>K</kbd> lead to the next and the previous message, <kbd>Home</kbd> and <kbd>End</kbd> to the first and the last one.</span></p></footer>
<script type="application/json" id="book">${json({ ...book, pages: book.form === "whole" ? book.pages : [] })}</script>
`;
}

/** The end of a document: only now does the script run, for it needs what stands before it. */
export function documentEnd(): Html {
  return safe`<script>${SCRIPT.text}</script>
</body>
</html>
`;
}

function pageNavigation({ pages, page, form }: Book, label: string): Html | undefined {
  if (page === undefined || pages.length < 2) return undefined;
  const to = (number: number): string => (form === "pages" ? pageFile(number) : `#page-${number + 1}`);
  const [first, last] = [page === 0, page === pages.length - 1];
  const link = (number: number, rel: string, words: string, isEnd: boolean): Html =>
    safe`<a class="${rel}"${isEnd ? safe` aria-disabled="true"` : safe` href="${to(number)}"`}>${words}</a>`;
  return safe`<nav class="pages" aria-label="${label}">${link(0, "first", "First", first)}${link(page - 1, "prev", "Earlier", first)}<span class="where">Page ${page + 1} of ${pages.length} <small>${pageSpan(pages[page])}</small></span>${link(page + 1, "next", "Later", last)}${link(pages.length - 1, "last", "Last", last)}</nav>`;
}

function pageSpan(page: PageSpan | undefined): Html | string {
  if (!page) return "";
  const { from, to } = page;
  if (from === null || to === null) return "?";
  return dayOf(from) === dayOf(to) ? dayHtml(from) : safe`${dayHtml(from)} – ${dayHtml(to)}`;
}

/** A value as JSON within a `script` element: nothing in it ends the element. */
export function json(value: unknown): Html {
  return Html.trusted(inScript(JSON.stringify(value)));
}

/** HTML Standard, "Restrictions for contents of script elements": in a JSON string, `<` may as well be `\u003c`. */
export function inScript(text: string): string {
  return text.includes("<") ? text.replaceAll(/<(?=!--|\/?script)/gi, "\\u003c") : text;
}
