import type { Page } from "playwright-core";
import type { Service } from "../../support/service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { Visitor } from "./visitor.ts";

/** Goes to the page that opens bundles, without signing in. */
export async function visitLook(service: Pick<Service, "url">): Promise<Visitor> {
  const visitor = await Visitor.open(service, (await sharedSynapse()).url);
  await visitor.page.getByRole("link", { name: "Open a bundle without signing in" }).click();
  await visitor.page.getByRole("heading", { name: "Open a bundle" }).waitFor();
  return visitor;
}

/** Opens a file there, and waits for the conversation. */
export async function openFile(page: Page, file: string): Promise<void> {
  await page.locator("input[type=file]").setInputFiles(file);
  await page.locator(".part article, .part details").first().waitFor();
}

const MESSAGES = `[...document.querySelectorAll("article.m")].map((article) => {
  const copy = article.cloneNode(true);
  for (const time of copy.querySelectorAll("time")) time.remove();
  return [article.id, copy.textContent.replaceAll(/\\s+/g, " ").trim()];
})`;

/** The messages that are in the document, by their ids, without their times, which are told in the reader's own way. */
export async function messagesIn(page: Page): Promise<[id: string, text: string][]> {
  return await page.evaluate<[string, string][]>(MESSAGES);
}

/** The text of what has the focus. */
export async function focusedText(page: Page): Promise<string> {
  return await page.evaluate<string>("document.activeElement.textContent");
}
