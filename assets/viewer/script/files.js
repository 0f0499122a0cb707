import { byId } from "./book.js";
import { localize } from "./times.js";

// ---- files that are inside the document, and what else becomes alive

/** @type {Map<string, string>} */
const addresses = new Map();

/** @param {string} sha256 */
export function addressOf(sha256) {
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
export function releaseFiles() {
  for (const address of addresses.values()) URL.revokeObjectURL(address);
  addresses.clear();
}

/** Call it with what was newly put into the document. @param {ParentNode} part */
export function enliven(part) {
  localize();
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
