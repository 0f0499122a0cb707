import { stat } from "node:fs/promises";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { writeLargeBundle } from "../../support/large-bundle.ts";
import { rendererMemory } from "../../support/renderer-memory.ts";
import type { Service } from "../../support/service.ts";
import { describeInChromium } from "../../support/shared-chromium.ts";
import { until } from "../../support/until.ts";
import { startWebService } from "../../support/web-service.ts";
import { temporaryDirectory } from "../../unit/bundle/sample.ts";
import { focusedText, openFile, visitLook } from "./look-visitor.ts";

const [MB, ELEMENTS] = [1024 * 1024, 3_000];

describeInChromium("a large bundle opened in the browser", function () {
  this.timeout(240_000);
  let service: Service;
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  before(async () => {
    [directory, service] = [await temporaryDirectory(), await startWebService()];
  });
  after(async () => {
    await service.close();
    await directory.remove();
  });

  it("scrolls through 100,000 messages with few elements, to the last one and to what a search finds", async () => {
    const file = await writeLargeBundle(directory.path, "long.zip", { messages: 100_000 });
    const visitor = await visitLook(service);
    const { page } = visitor;
    page.setDefaultTimeout(200_000);
    await openFile(page, file);
    await page.locator(".conversation").focus();
    await page.keyboard.press("End");
    await page.locator("article:focus", { hasText: "(number 99999)" }).waitFor();
    expect(await elements(page)).to.be.below(ELEMENTS);
    await page.getByLabel("Search the conversation").fill("number 43210");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "1 message found" }).waitFor();
    await page.locator(".look-hit").click();
    await page.locator(".m.here", { hasText: "(number 43210)" }).waitFor();
    const conversation = page.locator(".conversation");
    for (const top of [0.9, 0.2, 0.55]) {
      await conversation.evaluate("(frame, top) => { frame.scrollTop = frame.scrollHeight * top; }", top);
      await until(() => page.evaluate<boolean>(SHOWS_MESSAGES));
      expect(await elements(page)).to.be.below(ELEMENTS);
    }
    // a reply leads to what it answers, which is a part away
    await page.getByLabel("Search the conversation").fill("number 70030");
    await page.keyboard.press("Enter");
    await page.locator(".look-hit", { hasText: "70030" }).click();
    await page.locator(".m.here", { hasText: "(number 70030)" }).locator(".ref.quote a").click();
    await page.locator(".m.here", { hasText: "(number 70029)" }).waitFor();
    expect(await focusedText(page)).to.contain("(number 70029)");
    await visitor.leave();
  });

  it("reads 2 GB with less than 300 MB of memory of its own, shows pictures, and lets go of films", async () => {
    const films = { count: 100, bytes: 20_000_000 };
    const file = await writeLargeBundle(directory.path, "huge.zip", { messages: 20_000, films });
    expect((await stat(file)).size).to.be.above(2_000_000_000);
    const visitor = await visitLook(service);
    const { page } = visitor;
    page.setDefaultTimeout(200_000);
    await openFile(page, file);
    let most = 0;
    do most = Math.max(most, await rendererMemory());
    while (await page.getByText("Reading the rest").isVisible());
    const conversation = page.locator(".conversation");
    await page.getByLabel("Search the conversation").fill("picture-0");
    await page.keyboard.press("Enter");
    await page.locator(".look-hit").first().click();
    await until(() => page.evaluate<boolean>(SHOWS_PICTURE));
    for (let step = 0; step < 40; step++) {
      await conversation.evaluate("(frame) => { frame.scrollTop += frame.clientHeight * 3; }");
      await until(() => page.evaluate<boolean>(SHOWS_MESSAGES));
      most = Math.max(most, await rendererMemory());
    }
    expect(most).to.be.within(20 * MB, 300 * MB);
    await visitor.leave();
  });
});

const SHOWS_PICTURE = "[...document.querySelectorAll('.m img.picture')].some((image) => image.naturalWidth === 64)";
const SHOWS_MESSAGES = `(() => {
  const { top, bottom } = document.querySelector(".conversation").getBoundingClientRect();
  return [...document.querySelectorAll(".part article")].some((article) => {
    const place = article.getBoundingClientRect();
    return place.bottom > top && place.top < bottom;
  });
})()`;

function elements(page: Page): Promise<number> {
  return page.evaluate<number>("document.querySelectorAll('*').length");
}
