import type { Page } from "playwright-core";

const TOO_WIDE = `[
  ...(document.scrollingElement.scrollWidth > innerWidth ? ["the page: " + document.scrollingElement.scrollWidth] : []),
  ...[...document.querySelectorAll("body *")]
    .filter((element) => element.checkVisibility() && element.clientWidth > 1 && !element.closest("svg, .hidden, select"))
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== ""))
    .filter((element) => element.scrollWidth > element.clientWidth + 1)
    .filter((element) => getComputedStyle(element).overflowX === "visible")
    .map((element) => element.tagName + "." + element.className + ": " + element.textContent.slice(0, 60)),
]`;

/** Texts that are wider than their place, such as a long word in a narrow button. */
export async function tooWide(page: Page): Promise<string[]> {
  return await page.evaluate<string[]>(TOO_WIDE);
}

const LOOSE = `((name) => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  const isLoose = (text) => text.replaceAll(/\\u2068[^\\u2069]*\\u2069/g, "").includes(name);
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode;
    const isolates = parentElement.closest("bdi, [dir=auto]") !== null || getComputedStyle(parentElement).unicodeBidi === "plaintext";
    const isAlone = data.trim().startsWith(name) && isolates;
    // what is only read out
    if (parentElement.closest("[data-live-announcer]")) continue;
    if (parentElement.checkVisibility() && isLoose(data) && !isAlone) found.push(parentElement.outerHTML.slice(0, 200));
  }
  for (const element of document.querySelectorAll("[aria-label], [title], [placeholder]"))
    for (const attribute of ["aria-label", "title", "placeholder"]) {
      const text = element.getAttribute(attribute) ?? "";
      if (isLoose(text) && !text.startsWith(name)) found.push(attribute + "=" + text);
    }
  return found;
})`;

/** Where a name stands that could change places with what is beside it: in no isolate of its own, neither element nor character. */
export async function looseNames(page: Page, name: string): Promise<string[]> {
  return await page.evaluate<string[]>(`${LOOSE}(${JSON.stringify(name)})`);
}
