import { book, byId, dataOf, isWhole, main, pageFile, pageOf } from "./book.js";
import { enliven, releaseFiles } from "./files.js";
import { dayFormat } from "./times.js";

// ---- pages of a document that holds them all

/** The page that is shown; undefined for the search. */
export let page = book.page;
/** @param {number} item */
export const hrefOf = (item) => (isWhole || pageOf(item) === page ? "" : pageFile(pageOf(item))) + `#m${item}`;

const firstPage = isWhole ? main.innerHTML : "";
const overview = byId("overview");

/** Shows another page. @param {number} number from 0 */
export function turnTo(number) {
  if (number === page || number < 0 || number >= book.pages.length) return;
  page = number;
  releaseFiles();
  main.innerHTML = number === 0 ? firstPage : String(dataOf(`page-${number + 1}`));
  if (overview) overview.hidden = number !== 0;
  for (const nav of document.querySelectorAll("nav.pages")) navigate(nav, number);
  enliven(main);
}

/** @param {Element} nav @param {number} number */
function navigate(nav, number) {
  const last = book.pages.length - 1;
  /** @type {[string, number, boolean][]} */
  const links = [
    [".first", 0, number === 0],
    [".prev", number - 1, number === 0],
    [".next", number + 1, number === last],
    [".last", last, number === last],
  ];
  for (const [selector, to, isEnd] of links) {
    const link = nav.querySelector(selector);
    if (isEnd) link?.removeAttribute("href");
    else link?.setAttribute("href", `#page-${to + 1}`);
    link?.toggleAttribute("aria-disabled", isEnd);
    if (isEnd) link?.setAttribute("aria-disabled", "true");
  }
  const where = nav.querySelector(".where");
  const span = book.pages[number];
  if (!where || !span) return;
  where.textContent = `Page ${number + 1} of ${book.pages.length} `;
  const small = document.createElement("small");
  const [from, to] = [shortDay(span.from), shortDay(span.to)];
  small.textContent = from === to ? from : `${from} – ${to}`;
  where.append(small);
}

/** @param {number | null} time */
function shortDay(time) {
  return time === null ? "?" : dayFormat.format(time);
}
