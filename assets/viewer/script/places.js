import { byId, dataOf, isWhole, main, pageFile, pageOf } from "./book.js";
import { turnTo } from "./pages.js";
import { query, searchNow } from "./search.js";
import { isUtc, localDay } from "./times.js";

// ---- where the address leads: a page, a message, a day, a search

/** Goes where the part of the address after # says. */
export function follow() {
  const place = decodeURIComponent(location.hash.slice(1));
  const [, toPage] = /^page-(\d+)$/.exec(place) ?? [];
  const [, toItem] = /^m(\d+)$/.exec(place) ?? [];
  const [, toDay] = /^d(\d{4}-\d\d-\d\d)$/.exec(place) ?? [];
  const [, sought] = /^find-d(\d{4}-\d\d-\d\d)$/.exec(place) ?? [];
  if (place.startsWith("q=")) {
    query.value = place.slice(2);
    searchNow();
  } else if (toPage !== undefined && isWhole) {
    turnTo(Number(toPage) - 1);
    scrollTo(0, 0);
    main.focus({ preventScroll: true });
  } else if (toItem !== undefined) {
    if (isWhole) turnTo(pageOf(Number(toItem)));
    showElement(byId(place));
  } else if (toDay !== undefined) showDay(toDay);
  else if (sought !== undefined) goToDay(sought);
}

/** @param {Element | null} element */
function showElement(element) {
  if (!(element instanceof HTMLElement)) return;
  for (const other of document.querySelectorAll(".here")) other.classList.remove("here");
  element.closest("details.changes")?.setAttribute("open", "");
  element.classList.add("here");
  element.scrollIntoView({ block: "center" });
  element.focus({ preventScroll: true });
}

/** Shows a day of this page, or the first one that comes after it. @param {string} day */
function showDay(day) {
  const headings = /** @type {HTMLElement[]} */ ([...main.querySelectorAll("h2[data-day]")]);
  const dayOf = (/** @type {HTMLElement} */ heading) => heading.dataset["day"] ?? "";
  const heading = headings.find((each) => dayOf(each) === day) ?? headings.find((each) => dayOf(each) > day);
  const target = heading ?? headings.at(-1);
  target?.scrollIntoView({ block: "start" });
  target?.focus({ preventScroll: true });
}

/**
 * Goes to the first message of a day, wherever it stands: times need not rise. Where nothing was sent on it, to the next day with
 * messages, else to the last one. Another page of a folder asks search.html, which knows all days.
 * @param {string} day
 */
function goToDay(day) {
  if (!byId("moments")) {
    location.href = `search.html#find-d${day}`;
    return;
  }
  const found = firstOfDay(day);
  if (!found) return;
  if (isWhole) {
    turnTo(pageOf(found.item));
    history.replaceState(null, "", `#d${found.day}`);
    showDay(found.day);
  } else location.replace(`${pageFile(pageOf(found.item))}#d${found.day}`);
}

/** @param {string} wanted @returns {{ day: string, item: number } | undefined} */
function firstOfDay(wanted) {
  const moments = /** @type {number[]} */ (dataOf("moments"));
  /** @type {{ day: string, item: number } | undefined} */
  let after;
  /** @type {{ day: string, item: number } | undefined} */
  let last;
  for (let at = 0; at + 1 < moments.length; at += 2) {
    const [quarter = 0, item = 0] = [moments[at], moments[at + 1]];
    const day = isUtc ? new Date(quarter * 900_000).toISOString().slice(0, 10) : localDay(new Date(quarter * 900_000));
    if (day === wanted) return { day, item };
    if (day > wanted && (!after || day < after.day)) after = { day, item };
    if (!last || day > last.day) last = { day, item };
  }
  return after ?? last;
}

byId("jump")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const day = /** @type {HTMLInputElement} */ (byId("date")).value;
  if (day !== "") goToDay(day);
});
