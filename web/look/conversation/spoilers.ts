import { t } from "../../texts/texts.ts";

/** Makes spoilers buttons, for the mouse and the keyboard. */
export function addSpoilers(part: ParentNode): void {
  for (const spoiler of part.querySelectorAll("[data-mx-spoiler]")) {
    spoiler.setAttribute("tabindex", "0");
    spoiler.setAttribute("role", "button");
    spoiler.setAttribute("aria-label", t.look.spoiler(spoiler.getAttribute("data-mx-spoiler") ?? ""));
    spoiler.setAttribute("aria-expanded", "false");
  }
}

/** Shows what a spoiler hides, or hides it again. */
export function toggleSpoiler(spoiler: Element): void {
  const isShown = spoiler.classList.toggle("shown");
  spoiler.setAttribute("aria-expanded", String(isShown));
  if (isShown) spoiler.removeAttribute("aria-label");
}
