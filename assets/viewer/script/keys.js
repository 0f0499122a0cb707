import { main } from "./book.js";
import { closeResults, query, results } from "./search.js";

// ---- keys

document.addEventListener("keydown", (event) => {
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    query.focus();
    query.select();
  } else if (event.key === "Escape" && !results.hidden) closeResults();
  else if (isPlain && (event.key === "End" || event.key === "Home") && !isTyping(event.target)) {
    event.preventDefault();
    goToEdge(event.key === "End");
  } else if (isPlain && isReading(event.target)) {
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
  }
});

/** @param {EventTarget | null} target */
const isTyping = (target) => target instanceof HTMLElement && target.closest("input, audio, video, .numbers") !== null;

/** Keys without a modifier mean something within the conversation only. @param {EventTarget | null} target */
const isReading = (target) => target instanceof HTMLElement && main.contains(target) && !isTyping(target);

const messages = () => /** @type {HTMLElement[]} */ ([...main.querySelectorAll("article.m")]);

/** @param {1 | -1} by */
function step(by) {
  const all = messages();
  const focused = document.activeElement?.closest("article.m, h2[data-day], details.changes");
  let at = all.findIndex((each) => each === focused);
  if (at < 0 && focused)
    at =
      all.findIndex((each) => focused.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING) -
      (by > 0 ? 1 : 0);
  const next = all[Math.max(0, at + by)];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}

/** To the first or the last message of the page. @param {boolean} isEnd */
function goToEdge(isEnd) {
  const all = messages();
  (isEnd ? all.at(-1) : all[0])?.focus({ preventScroll: true });
  scrollTo({ top: isEnd ? document.documentElement.scrollHeight : 0, behavior: "instant" });
}
