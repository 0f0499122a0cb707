// The script of a rendered conversation: pages, search, jumps, and files that are inside the document. Everything that it puts into
// the page as markup was made and cleaned by the program that wrote the document; what people wrote is set as text.
"use strict";
(() => {
  /**
   * @typedef {{ form: "pages" | "whole", page?: number, size: number, pages: { from: string, to: string }[] }} Book
   * @typedef {[item: number, when: string, name: string, text: string]} Row
   */

  /** @param {string} id */
  const byId = (id) => document.getElementById(id);
  /** @param {string} id @returns {unknown} */
  const data = (id) => JSON.parse(byId(id)?.textContent ?? "null");

  const book = /** @type {Book} */ (data("book"));
  const main = /** @type {HTMLElement} */ (byId("conversation"));
  const results = /** @type {HTMLElement} */ (byId("results"));
  const query = /** @type {HTMLInputElement} */ (byId("query"));
  const RESULTS = 100;

  // ---- pages

  const isWhole = book.form === "whole";
  let page = book.page;
  const firstPage = isWhole ? main.innerHTML : "";
  const about = document.querySelector("details.about");

  /** @param {number} number from 0 */
  const pageFile = (number) => (number === 0 ? "index.html" : `page-${number + 1}.html`);
  /** @param {number} item */
  const pageOf = (item) => Math.floor(item / book.size);
  /** @param {number} item */
  const hrefOf = (item) => (isWhole || pageOf(item) === page ? "" : pageFile(pageOf(item))) + `#m${item}`;

  /** Shows another page of a document that holds them all. @param {number} number from 0 */
  function turnTo(number) {
    if (number === page || number < 0 || number >= book.pages.length) return;
    page = number;
    release();
    main.innerHTML = number === 0 ? firstPage : String(data(`page-${number + 1}`));
    if (about instanceof HTMLElement) about.hidden = number !== 0;
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
    small.textContent = span.from === span.to ? day(span.from) : `${day(span.from)} – ${day(span.to)}`;
    where.append(small);
  }

  /** @param {string} date */
  function day(date) {
    const options = /** @type {const} */ ({ timeZone: "UTC", day: "numeric", month: "short", year: "numeric" });
    const parsed = new Date(`${date}T00:00:00Z`);
    return Number.isNaN(parsed.getTime()) ? "?" : new Intl.DateTimeFormat("en-GB", options).format(parsed);
  }

  // ---- where the address leads

  /** Goes where the part of the address after # says. */
  function follow() {
    const place = decodeURIComponent(location.hash.slice(1));
    const [, toPage] = /^page-(\d+)$/.exec(place) ?? [];
    const [, toItem] = /^m(\d+)$/.exec(place) ?? [];
    const [, toDate] = /^d(\d{4}-\d\d-\d\d)$/.exec(place) ?? [];
    if (place.startsWith("q=")) {
      query.value = place.slice(2);
      search();
    } else if (toPage !== undefined && isWhole) {
      turnTo(Number(toPage) - 1);
      scrollTo(0, 0);
      main.focus({ preventScroll: true });
    } else if (toItem !== undefined) {
      if (isWhole) turnTo(pageOf(Number(toItem)));
      show(byId(place));
    } else if (toDate !== undefined) showDay(toDate);
  }

  /** @param {Element | null} element */
  function show(element) {
    if (!(element instanceof HTMLElement)) return;
    for (const other of document.querySelectorAll(".here")) other.classList.remove("here");
    element.closest("details.changes")?.setAttribute("open", "");
    element.classList.add("here");
    element.scrollIntoView({ block: "center" });
    element.focus({ preventScroll: true });
  }

  /** Shows the first day on this page from that one on; the next page where there is none. @param {string} date */
  function showDay(date) {
    const days = [...main.querySelectorAll("h2[data-day]")];
    const heading = days.find((each) => (each.getAttribute("data-day") ?? "") >= date) ?? null;
    if (heading === null && page !== undefined && page < book.pages.length - 1) goToDay(date, page + 1);
    else if (heading instanceof HTMLElement || days.length > 0) {
      const target = /** @type {HTMLElement} */ (heading ?? days.at(-1));
      target.scrollIntoView({ block: "start" });
      target.focus({ preventScroll: true });
    }
  }

  /** @param {string} date @param {number} to page */
  function goToDay(date, to) {
    if (isWhole || to === page) {
      turnTo(to);
      history.replaceState(null, "", `#d${date}`);
      showDay(date);
    } else location.href = `${pageFile(to)}#d${date}`;
  }

  byId("jump")?.addEventListener("submit", (event) => {
    event.preventDefault();
    const date = /** @type {HTMLInputElement} */ (byId("date")).value;
    if (date === "") return;
    // the last page that begins before the day: the day may begin in the middle of it
    const later = book.pages.findIndex(({ from }) => from >= date);
    goToDay(date, later < 0 ? book.pages.length - 1 : Math.max(0, later - 1));
  });

  // ---- search

  /** @type {{ row: Row, text: string }[] | undefined} */
  let rows;
  /** @type {Row[]} */
  let hits = [];
  /** @type {string[]} */
  let words = [];

  /** @param {string} text */
  const plain = (text) =>
    text
      .normalize("NFKD")
      .replace(/\p{M}+/gu, "")
      .toLowerCase();

  function search() {
    words = plain(query.value).split(/\s+/).filter(Boolean);
    if (words.length === 0) {
      close();
      return;
    }
    if (!byId("rows")) {
      location.href = `search.html#q=${encodeURIComponent(query.value)}`;
      return;
    }
    rows ??= /** @type {Row[]} */ (data("rows")).map((row) => ({ row, text: plain(`${row[2]} ${row[3]}`) }));
    hits = rows.filter(({ text }) => words.every((word) => text.includes(word))).map(({ row }) => row);
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
    for (const [item, when, name, text] of hits.slice(from, from + RESULTS)) {
      const link = document.createElement("a");
      link.href = hrefOf(item);
      const head = document.createElement("small");
      head.textContent = `${name} · ${when}`;
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

  /** The text around the first word found, the words marked. @param {string} text */
  function snippet(text) {
    const lower = text.toLowerCase();
    const at = Math.max(0, Math.min(...words.map((word) => lower.indexOf(word)).filter((each) => each >= 0), Infinity));
    const start = Number.isFinite(at) ? Math.max(0, at - 60) : 0;
    const part = text.slice(start, start + 240);
    /** @type {(string | HTMLElement)[]} */
    const pieces = [start > 0 ? "…" : ""];
    const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    for (const piece of part.split(new RegExp(`(${escaped.join("|")})`, "i"))) {
      if (words.includes(piece.toLowerCase())) {
        const mark = document.createElement("mark");
        mark.textContent = piece;
        pieces.push(mark);
      } else pieces.push(piece);
    }
    if (start + 240 < text.length) pieces.push("…");
    return pieces;
  }

  function close() {
    results.hidden = true;
    query.focus();
  }

  byId("find")?.addEventListener("submit", (event) => {
    event.preventDefault();
    search();
  });
  byId("close")?.addEventListener("click", close);
  byId("more")?.addEventListener("click", showHits);

  // ---- keys

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      query.focus();
      query.select();
    } else if (event.key === "Escape" && !results.hidden) close();
    else if (!event.ctrlKey && !event.metaKey && !event.altKey && isReading(event.target)) {
      if (event.key === "j") step(1);
      else if (event.key === "k") step(-1);
    }
  });

  /** Keys without a modifier mean something within the conversation only. @param {EventTarget | null} target */
  const isReading = (target) =>
    target instanceof HTMLElement && main.contains(target) && !target.closest("input, audio, video");

  /** @param {1 | -1} by */
  function step(by) {
    const messages = /** @type {HTMLElement[]} */ ([...main.querySelectorAll("article.m")]);
    const focused = document.activeElement?.closest("article.m, h2[data-day], details.changes");
    let at = messages.findIndex((each) => each === focused);
    if (at < 0 && focused)
      at =
        messages.findIndex((each) => focused.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING) -
        (by > 0 ? 1 : 0);
    const next = messages[Math.max(0, at + by)];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
  }

  // ---- files that are inside the document

  /** @type {Map<string, string>} */
  const addresses = new Map();

  /** @param {string} sha256 */
  function addressOf(sha256) {
    const known = addresses.get(sha256);
    if (known !== undefined) return known;
    const file = byId(`file-${sha256}`);
    if (!file) return undefined;
    const bytes = Uint8Array.from(atob(file.textContent), (char) => char.charCodeAt(0));
    const address = URL.createObjectURL(new Blob([bytes], { type: file.getAttribute("data-type") ?? "" }));
    addresses.set(sha256, address);
    return address;
  }

  /** Gives back the memory of files that only the last page showed. */
  function release() {
    for (const address of addresses.values()) URL.revokeObjectURL(address);
    addresses.clear();
  }

  /** @param {ParentNode} part */
  function enliven(part) {
    for (const spoiler of part.querySelectorAll("[data-mx-spoiler]")) {
      spoiler.setAttribute("tabindex", "0");
      spoiler.setAttribute("role", "button");
      spoiler.setAttribute("aria-label", `Spoiler ${spoiler.getAttribute("data-mx-spoiler") ?? ""}`.trim());
      spoiler.setAttribute("aria-expanded", "false");
    }
    for (const element of part.querySelectorAll("img[data-file], audio[data-file], video[data-file]"))
      waiting.observe(element);
  }

  /** A file is unpacked when it comes near to what is seen. */
  const waiting = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        waiting.unobserve(target);
        const address = addressOf(target.getAttribute("data-file") ?? "");
        if (address !== undefined) target.setAttribute("src", address);
      }
    },
    { rootMargin: "800px" },
  );

  /** @param {Element} spoiler */
  function reveal(spoiler) {
    const shown = spoiler.classList.toggle("shown");
    spoiler.setAttribute("aria-expanded", String(shown));
    if (shown) spoiler.removeAttribute("aria-label");
  }

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const link = target?.closest("a[data-file]");
    const spoiler = target?.closest("[data-mx-spoiler]");
    if (link instanceof HTMLAnchorElement) {
      const address = addressOf(link.getAttribute("data-file") ?? "");
      if (address === undefined) event.preventDefault();
      else link.href = address;
    } else if (spoiler && !target?.closest("a")) reveal(spoiler);
  });
  document.addEventListener("keydown", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if ((event.key !== "Enter" && event.key !== " ") || !target?.matches("[data-mx-spoiler]")) return;
    event.preventDefault();
    reveal(target);
  });

  // what is printed has no use for anything folded
  addEventListener("beforeprint", () => {
    for (const element of main.querySelectorAll("img[data-file]:not([src])")) {
      const address = addressOf(element.getAttribute("data-file") ?? "");
      if (address !== undefined) element.setAttribute("src", address);
    }
    for (const details of main.querySelectorAll("details:not([open])")) {
      details.setAttribute("open", "");
      details.setAttribute("data-folded", "");
    }
  });
  addEventListener("afterprint", () => {
    for (const details of main.querySelectorAll("details[data-folded]")) {
      details.removeAttribute("open");
      details.removeAttribute("data-folded");
    }
  });

  enliven(document);
  addEventListener("hashchange", follow);
  follow();
})();
