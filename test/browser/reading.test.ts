import { expect } from "chai";
import type { Page } from "playwright-core";
import { describeInChromium, sharedChromium } from "../support/shared-chromium.ts";
import { importedRoom } from "../unit/bundle/imported-sample.ts";
import { temporaryDirectory, type SampleRoom } from "../unit/bundle/sample.ts";
import { conversationRoom, longRoom } from "./conversation-sample.ts";
import { poorContrasts } from "./contrast.ts";
import { rendered, type Rendered } from "./rendered.ts";

/** The message whose file is gone would need a ledger entry under a new address. */
function withoutLedger(room: SampleRoom): SampleRoom {
  return { ...room, ledger: [], events: room.events.filter(({ content }) => content["body"] !== "gone.png") };
}

describeInChromium("a rendered conversation", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let full: Rendered;
  let long: Rendered;
  let imported: Rendered;
  let page: Page;
  before(async () => {
    directory = await temporaryDirectory();
    full = await rendered(conversationRoom(), directory.path, "full");
    long = await rendered(longRoom(1230), directory.path, "long");
    imported = await rendered(importedRoom(withoutLedger(conversationRoom()), "new.test"), directory.path, "imported");
    page = await (await sharedChromium()).newPage();
    await page.emulateMedia({ reducedMotion: "reduce" });
  });
  after(async () => {
    await page.close();
    await directory.remove();
  });

  /** The article of the message with that text. */
  const said = (words: string): ReturnType<Page["locator"]> =>
    page
      .locator("article.m")
      .filter({ has: page.locator(".said > :is(.text, .file, .emote, .notice)", { hasText: words }) })
      .first();
  const loaded = (selector: string): Promise<unknown> =>
    page.waitForFunction(
      (what) => [...document.querySelectorAll<HTMLImageElement>(what)].every((image) => image.naturalWidth > 0),
      selector,
    );

  for (const form of ["pages", "single"] as const)
    describe(form === "pages" ? "in a folder" : "in a single file", () => {
      before(() => page.goto(full[form]));

      it("shows who said what, with names, pictures and days", async () => {
        expect(await page.locator("h1").innerText()).to.equal("Tea");
        expect(await page.locator("h2[data-day]").allInnerTexts()).to.deep.equal([
          "Tuesday, 14 November 2023",
          "Wednesday, 15 November 2023",
          "Tuesday, 14 November 2023",
          "Thursday, 16 November 2023",
        ]);
        expect(await said("bold").locator("b").innerText()).to.equal("bold");
        expect(await said("waves").innerText()).to.contain("Carol <3");
        await said("Is the tea good?").scrollIntoViewIfNeeded();
        await loaded("#m4 img.avatar");
      });

      it("shows pictures, sounds and films, and links files", async () => {
        await said("My cup").scrollIntoViewIfNeeded();
        await loaded("img.picture");
        expect(await said("My cup").locator("img.picture").getAttribute("alt")).to.equal("My cup");
        await said("sound.wav").scrollIntoViewIfNeeded();
        await page.waitForFunction(() => (document.querySelector("audio")?.duration ?? 0) > 0.09);
        expect(await page.locator("video").count()).to.equal(1);
        const saved = page.waitForEvent("download");
        await said("notes.txt")
          .locator("a[download]")
          .click(form === "pages" ? { modifiers: ["Alt"] } : {});
        expect((await saved).suggestedFilename()).to.equal("notes.txt");
        expect(await said("gone.png").innerText()).to.contain("not in the bundle");
      });

      it("shows replies with what they answer, and leads there", async () => {
        const reply = said("Soon");
        expect(await reply.locator(".ref").innerText()).to.match(/Alice\s+Is the tea good\?/);
        expect(await reply.locator(".text").innerText()).to.equal("Soon");
        await reply.locator(".ref a").click();
        expect(await page.evaluate(() => document.activeElement?.textContent)).to.contain("Is the tea good?");
        expect(await said("a message that is not there").locator(".ref").innerText()).to.contain("not in this bundle");
      });

      it("shows threads at their first message and in their place", async () => {
        const root = said("Is the tea good?");
        expect(await root.locator(".replies summary").innerText()).to.contain("Thread: 2 messages");
        await root.locator(".replies summary").click();
        expect(await root.locator(".replies li").allInnerTexts()).to.have.length(2);
        expect(await said("Tea at forty").locator(".ref.thread").count()).to.equal(1);
      });

      it("shows the latest wording, and the earlier ones on demand", async () => {
        const message = said("Is the tea good?");
        expect(await message.locator(".text").first().innerText()).to.equal("Is the tea good?");
        await message.locator(".edits summary").click();
        expect(await message.locator(".edits li").innerText()).to.contain("Is the tea ready?");
      });

      it("shows who reacted", async () => {
        const chip = said("Is the tea good?").locator(".reactions li");
        expect(await chip.locator("summary").innerText()).to.match(/👍\s+2/);
        await chip.locator("summary").click();
        expect(await chip.locator("p").innerText()).to.equal("Bob, Carol <3");
      });

      it("counts polls, and says who voted", async () => {
        const poll = page.locator(".poll");
        expect(await poll.locator(".votes").allInnerTexts()).to.deep.equal(["0 votes · 0%", "2 votes · 100%"]);
        expect(await poll.locator(".total").innerText()).to.equal("Final result: 2 votes");
        await poll.locator("summary").click();
        expect(await poll.locator("details p").innerText()).to.equal("Bob, Alice");
      });

      it("shows what was removed as such, and folds what happened to the room", async () => {
        expect(await page.locator(".removed").allInnerTexts()).to.have.length(2);
        expect(await page.locator(".removed").first().innerText()).to.match(
          /^Message removed by Bob: “spam” 14 Nov 2023/,
        );
        const changes = page.locator(".changes").first();
        expect(await changes.locator("li").first().isVisible()).to.equal(false);
        await changes.locator("summary").click();
        expect(await changes.locator("li").allInnerTexts()).to.have.length(4);
        expect(await changes.innerText()).to.contain("Alice joined");
      });

      it("keeps spoilers hidden until they are asked for", async () => {
        const spoiler = page.locator("[data-mx-spoiler]");
        const colour = (): Promise<string> => spoiler.evaluate((element) => getComputedStyle(element).color);
        expect(await colour()).to.equal("rgba(0, 0, 0, 0)");
        await spoiler.click();
        expect(await colour()).to.not.equal("rgba(0, 0, 0, 0)");
      });

      it("says what it is an export of, and what is missing", async () => {
        await page.locator(".about summary").click();
        const about = await page.locator(".about").innerText();
        expect(about)
          .to.contain("!tea:acme.test")
          .and.to.contain("The file is gone.")
          .and.to.contain("@carol:far.test");
      });

      for (const colorScheme of ["light", "dark"] as const)
        it(`can be read by everybody, in ${colorScheme}`, async () => {
          await page.emulateMedia({ colorScheme });
          expect(await page.evaluate(poorContrasts)).to.deep.equal([]);
        });

      it("has landmarks, labels and one heading of the first order", async () => {
        const found = await page.evaluate(() => ({
          language: document.documentElement.lang,
          landmarks: ["header", "main", "footer", "[role=search]"].map(
            (each) => document.querySelectorAll(each).length,
          ),
          headings: document.querySelectorAll("h1").length,
          unlabelled: [...document.querySelectorAll("input, audio, video")].filter(
            (each) => !(each.getAttribute("aria-label") ?? document.querySelector(`label[for="${each.id}"]`)),
          ).length,
          withoutAlternative: document.querySelectorAll("img:not([alt])").length,
          nameless: [...document.querySelectorAll("a, button, summary")].filter(
            (each) => !each.textContent.trim() && !each.querySelector("img[alt]"),
          ).length,
        }));
        expect(found).to.deep.equal({
          language: "en",
          landmarks: [1, 1, 1, 1],
          headings: 1,
          unlabelled: 0,
          withoutAlternative: 0,
          nameless: 0,
        });
      });

      it("prints without its tools, unfolded", async () => {
        await page.goto(full[form]);
        await page.emulateMedia({ media: "print" });
        await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
        expect(await page.locator("#find").isVisible()).to.equal(false);
        expect(await page.locator(".reactions p").first().isVisible()).to.equal(true);
        await page.emulateMedia({ media: "screen" });
      });

      it("holds a page at a time, finds messages on all of them, and days", async () => {
        await page.goto(long[form]);
        expect(await page.locator("article.m").count()).to.equal(498);
        expect(await page.locator(".where").first().innerText()).to.contain("Page 1 of 3");
        await page.keyboard.press("Control+k");
        await page.keyboard.type("NEEDLE");
        await page.keyboard.press("Enter");
        await page.locator("#hits a").click();
        await page.waitForFunction(() => document.activeElement?.textContent.includes("the needle"));
        expect(await page.locator(".where").first().innerText()).to.contain("Page 3 of 3");
        expect(await page.locator("article.m").count()).to.equal(232);
        await page.locator("nav.pages").first().getByText("Earlier").click();
        await page.locator("article.m", { hasText: "message 600" }).waitFor();
        await page.locator("#date").fill("2023-11-15");
        await page.locator("#jump button").click();
        await page.waitForFunction(() => document.activeElement?.textContent === "Wednesday, 15 November 2023");
        expect(await page.locator(".where").first().innerText()).to.contain("Page 1 of 3");
      });

      it("can be read with the keyboard alone", async () => {
        await page.goto(long[form]);
        await page.keyboard.press("Tab");
        expect(await page.evaluate(() => document.activeElement?.textContent)).to.equal("Skip to the conversation");
        await page.keyboard.press("Enter");
        const at = (): Promise<string | undefined> =>
          page.evaluate(() => document.activeElement?.querySelector(".text")?.textContent);
        await page.keyboard.press("j");
        await page.keyboard.press("j");
        expect(await at()).to.equal("message 1");
        await page.keyboard.press("k");
        expect(await at()).to.equal("message 0");
      });

      it("shows an imported room as it was, and who wrote it", async () => {
        await page.goto(imported[form]);
        expect(await page.locator("h2[data-day]").first().innerText()).to.equal("Tuesday, 14 November 2023");
        const message = said("Is the tea good?");
        expect(await message.locator(".by").innerText()).to.match(/Alice.*\[Original: Alice from acme\.test\]/s);
        expect(await said("Soon").locator(".ref").innerText()).to.match(/Alice\s+Is the tea good\?/);
        expect(await message.locator(".reactions summary").innerText()).to.match(/👍\s+2/);
        await said("My cup").scrollIntoViewIfNeeded();
        await loaded("img.picture");
        expect(await page.locator(".removed").first().innerText()).to.match(/^Message removed by /);
      });
    });
});
