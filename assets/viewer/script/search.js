import { byId, dataOf } from "./book.js";
import { hrefOf } from "./pages.js";
import { localMoment } from "./times.js";

// ---- search

export const results = /** @type {HTMLElement} */ (byId("results"));
export const query = /** @type {HTMLInputElement} */ (byId("query"));
const RESULTS = 100;

/** @type {{ row: import("./book.js").Row, text: string }[] | undefined} */
let rows;
/** @type {import("./book.js").Row[]} */
let hits = [];
/** @type {string[]} */
let sought = [];

/** @param {string} text */
const withoutAccents = (text) =>
  text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase();

export function searchNow() {
  sought = withoutAccents(query.value).split(/\s+/).filter(Boolean);
  if (sought.length === 0) {
    closeResults();
    return;
  }
  if (!byId("rows")) {
    location.href = `search.html#q=${encodeURIComponent(query.value)}`;
    return;
  }
  rows ??= /** @type {import("./book.js").Row[]} */ (dataOf("rows")).map((row) => ({
    row,
    text: withoutAccents(`${row[2]} ${row[3]}`),
  }));
  hits = rows.filter(({ text }) => sought.every((word) => text.includes(word))).map(({ row }) => row);
  byId("hits")?.replaceChildren();
  showHits();
  results.hidden = false;
  const found = byId("found");
  if (found) found.textContent = hits.length === 1 ? "1 message found" : `${hits.length} messages found`;
  found?.focus();
  results.scrollIntoView({ block: "nearest" });
}

function showHits() {
  const list = /** @type {HTMLElement} */ (byId("hits"));
  const from = list.childElementCount;
  for (const [item, ts, name, text] of hits.slice(from, from + RESULTS)) {
    const link = document.createElement("a");
    link.href = hrefOf(item);
    const head = document.createElement("small");
    head.textContent = `${name} · ${momentOf(ts)}`;
    const line = document.createElement("span");
    line.append(...snippet(text));
    link.append(head, line);
    const entry = document.createElement("li");
    entry.append(link);
    list.append(entry);
  }
  const more = byId("more");
  if (more) more.hidden = list.childElementCount >= hits.length;
  /** @type {HTMLElement | null} */ (list.children[from]?.querySelector("a") ?? null)?.focus();
}

/** @param {number} ts */
function momentOf(ts) {
  const date = new Date(ts);
  return Number.isNaN(date.getTime()) ? `${ts} ms` : localMoment(date);
}

/** The text around the first word found, the words marked. @param {string} text */
function snippet(text) {
  const lower = text.toLowerCase();
  const at = Math.max(0, Math.min(...sought.map((word) => lower.indexOf(word)).filter((each) => each >= 0), Infinity));
  const start = Number.isFinite(at) ? Math.max(0, at - 60) : 0;
  const part = text.slice(start, start + 240);
  /** @type {(string | HTMLElement)[]} */
  const pieces = [start > 0 ? "…" : ""];
  const escaped = sought.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  for (const piece of part.split(new RegExp(`(${escaped.join("|")})`, "i"))) {
    if (sought.includes(piece.toLowerCase())) {
      const mark = document.createElement("mark");
      mark.textContent = piece;
      pieces.push(mark);
    } else pieces.push(piece);
  }
  if (start + 240 < text.length) pieces.push("…");
  return pieces;
}

export function closeResults() {
  results.hidden = true;
  query.focus();
}

byId("find")?.addEventListener("submit", (event) => {
  event.preventDefault();
  searchNow();
});
byId("close")?.addEventListener("click", closeResults);
byId("more")?.addEventListener("click", showHits);
