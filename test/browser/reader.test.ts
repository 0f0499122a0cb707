import { expect } from "chai";
import type { Page } from "playwright-core";
import { describeInChromium, sharedChromium } from "../support/shared-chromium.ts";
import { temporaryDirectory } from "../unit/bundle/sample.ts";
import { longRoom } from "./conversation-sample.ts";
import { poorContrasts } from "./contrast.ts";
import { readerRoom, spaceRoom, unorderedRoom } from "./reader-sample.ts";
import { rendered, type Rendered } from "./rendered.ts";

describeInChromium("what a reader finds on the pages", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let room: Rendered;
  let unordered: Rendered;
  let long: Rendered;
  let space: Rendered;
  let page: Page;
  const requests: string[] = [];
  before(async () => {
    directory = await temporaryDirectory();
    room = await rendered(readerRoom(), directory.path, "room");
    unordered = await rendered(unorderedRoom(), directory.path, "unordered");
    long = await rendered(longRoom(600), directory.path, "long");
    space = await rendered(spaceRoom(), directory.path, "space");
    page = await (await sharedChromium()).newPage();
    page.on("request", (request) => {
      if (!/^(?:file|blob):/.test(request.url())) requests.push(request.url());
    });
  });
  after(async () => {
    await page.close();
    await directory.remove();
    expect(requests).to.deep.equal([]);
  });

  const article = (words: string): ReturnType<Page["locator"]> => page.locator("article.m", { hasText: words });
  const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent.trim() ?? "");

  /** Shows the page in a time zone, as it would be opened there. */
  async function openIn(timezoneId: string, address: string): Promise<() => Promise<void>> {
    const session = await page.context().newCDPSession(page);
    await session.send("Emulation.setTimezoneOverride", { timezoneId });
    await page.goto(address);
    return async () => {
      await session.send("Emulation.setTimezoneOverride", { timezoneId: "" });
      await session.detach();
    };
  }

  for (const form of ["pages", "single"] as const)
    describe(form === "pages" ? "in a folder" : "in a single file", () => {
      beforeEach(() => page.goto("about:blank"));

      for (const [asked, found, first] of [
        ["2024-01-12", "Friday, 12 January 2024", "day 11, message 0"],
        ["2024-10-30", "Wednesday, 30 October 2024", "day 303, message 0"],
        ["2024-05-05", "Sunday, 27 October 2024", "day 300, message 0"],
        ["2030-01-01", "Thursday, 31 October 2024", "day 304, message 0"],
        ["2023-12-24", "Thursday, 11 January 2024", "day 10, message 0"],
      ] as const)
        it(`goes to ${asked} in a room whose times do not rise`, async () => {
          await page.goto(unordered[form]);
          await page.locator("#date").fill(asked);
          await page.locator("#jump button").click();
          await page.waitForFunction((heading) => document.activeElement?.textContent === heading, found);
          const next = page.locator("h2:focus ~ article.m").first();
          expect(await next.locator(".text").innerText()).to.equal(first);
        });

      it("reaches the last message with End, and the first one with Home", async () => {
        await page.goto(long[form]);
        await page.keyboard.press("End");
        expect(await focused()).to.include("message 497");
        await page.waitForFunction(
          () => Math.ceil(scrollY + innerHeight) >= document.documentElement.scrollHeight && scrollY > 5000,
        );
        await page.keyboard.press("Home");
        expect(await focused()).to.include("message 0");
        await page.waitForFunction(() => scrollY === 0);
        await page.locator("#query").fill("abc");
        await page.keyboard.press("Home");
        await page.keyboard.type("x");
        expect(await page.locator("#query").inputValue()).to.equal("xabc");
      });

      it("links addresses in brackets, and brackets in addresses", async () => {
        await page.goto(room[form]);
        const links = await article("Yes (see")
          .locator(".text a")
          .evaluateAll((all) => all.map(({ textContent }) => textContent));
        expect(links).to.deep.equal(["https://example.org/tea_(drink)", "https://example.org/b"]);
      });

      it("stays on the page where a link leads to a message of it", async () => {
        await page.goto(room[form]);
        for (const link of [
          article("As asked above").locator("a", { hasText: "asked above" }),
          article("matrix:roomid").locator("a", { hasText: "matrix.to" }),
          article("matrix:roomid").locator("a", { hasText: "matrix:roomid" }),
        ]) {
          expect(await link.getAttribute("target")).to.equal(null);
          await link.click();
          await page.waitForFunction(() => document.activeElement?.textContent.includes("Shall we have tea?"));
        }
        const elsewhere = article("As asked above").locator("a", { hasText: "elsewhere" });
        expect(await elsewhere.getAttribute("target")).to.equal("_blank");
      });

      it("quotes what was removed as removed", async () => {
        await page.goto(room[form]);
        expect(await article("what was that?").locator(".ref").innerText()).to.match(
          /Bob @bobby:acme\.test Message removed$/,
        );
      });

      it("marks pinned messages, and lists them", async () => {
        await page.goto(room[form]);
        expect(await page.locator(".pins li .excerpt").allInnerTexts()).to.deep.equal([
          "Shall we have tea?",
          "The tea house geo:48.2082,16.3738",
        ]);
        expect(await page.locator("article.m .pinned").count()).to.equal(2);
        await page.locator(".pins a").first().click();
        await page.waitForFunction(() => document.activeElement?.textContent.includes("Shall we have tea?"));
      });

      it("shows a location with its words and a link, and a sticker with none", async () => {
        await page.goto(room[form]);
        const location = article("48.2082, 16.3738");
        expect(await location.locator(".text").innerText()).to.equal("The tea house");
        expect(await location.locator(".location a").getAttribute("href")).to.equal(
          "https://www.openstreetmap.org/?mlat=48.2082&mlon=16.3738#map=16/48.2082/16.3738",
        );
        const sticker = page.locator("article.m", { has: page.locator("img.sticker") });
        expect(await sticker.locator(".said a").count()).to.equal(0);
        expect(await sticker.locator("img.sticker").getAttribute("alt")).to.equal("wave");
      });

      it("shows every picture of a gallery, and a picture as reaction by its shortcode", async () => {
        await page.goto(room[form]);
        expect(await article("Three cups").locator("img.picture").count()).to.equal(3);
        expect(await page.locator(".reactions img").getAttribute("alt")).to.equal(":tea:");
      });

      it("quotes a thread once where its messages follow each other", async () => {
        await page.goto(room[form]);
        const quoted = page.locator("article.m", { has: page.locator(".ref.thread") }).locator(".text");
        expect(await quoted.allInnerTexts()).to.deep.equal(["thread 20", "thread 24"]);
        expect(await page.locator("article.threaded").count()).to.equal(4);
        expect(await page.locator("article.threaded .ref.quote").count()).to.equal(0);
      });

      it("tells people of the same name apart, and who only says a name", async () => {
        await page.goto(room[form]);
        const by = async (words: string): Promise<string> =>
          (await article(words).first().locator(".by").innerText()).trim();
        expect(await by("I am the other Bob")).to.match(/Bob @bobby:acme\.test$/);
        expect(await by("Yes (see")).to.match(/Bob @bob:acme\.test$/);
        expect(await by("Shall we have tea?")).to.match(/Alice$/);
        expect(await by("it is me")).to.match(/Alice @bob:acme\.test$/);
        expect(await article("it is me").locator(".text").innerText()).to.equal("it is me");
      });

      it("links texts that every browser shows as such", async () => {
        await page.goto(room[form]);
        const links = page.locator(".download a");
        const expected = ["recipe.py", "README", ...(form === "single" ? ["page.py"] : [])];
        expect(await links.evaluateAll((all) => all.map((each) => each.getAttribute("download")))).to.deep.equal(
          expected,
        );
      });

      it("shows times and days of the reader's time zone, with UTC for who asks", async () => {
        const restore = await openIn("Asia/Tokyo", room[form]);
        try {
          const late = article("half past midnight");
          expect(await late.locator(".at").innerText()).to.equal("09:13");
          expect(await late.locator(".at").getAttribute("title")).to.equal("2023-11-15 00:13 UTC");
          expect(await page.locator("h2[data-day]").allInnerTexts()).to.deep.equal(["Wednesday, 15 November 2023"]);
          expect(await page.locator("footer .zone").innerText()).to.include("Asia/Tokyo");
          await page.locator("#query").fill("still");
          await page.keyboard.press("Enter");
          expect(await page.locator("#hits small").innerText()).to.include("15 Nov 2023, 09:13");
        } finally {
          await restore();
        }
        await page.goto(room[form]);
        expect(await page.locator("h2[data-day]").count()).to.equal(2);
      });

      it("goes to days of the reader's time zone, and names who goes on speaking on a new day", async () => {
        const restore = await openIn("America/New_York", unordered[form]);
        try {
          await page.locator("#date").fill("2024-01-10");
          await page.locator("#jump button").click();
          await page.waitForFunction(() => document.activeElement?.textContent === "Wednesday, 10 January 2024");
          const first = page.locator("h2:focus ~ article.m").first();
          expect(await first.locator(".text").innerText()).to.equal("day 10, message 0");
          expect(await first.locator(".by .name").count()).to.equal(1);
        } finally {
          await restore();
        }
      });

      it("says of a page its earliest and its latest day in the reader's time zone, and lets both be chosen", async () => {
        await page.goto(unordered[form]);
        const where = (): Promise<string> => page.locator(".where").first().innerText();
        expect(await where()).to.match(/Page 1 of 3\s*14 Nov 2023 – 29 Oct 2024/);
        const [min, max] = await page
          .locator("#date")
          .evaluate(({ min: least, max: most }: HTMLInputElement) => [least, most]);
        expect([min, max]).to.deep.equal(["2023-11-14", "2024-10-31"]);
        const restore = await openIn("America/New_York", unordered[form]);
        try {
          expect(await where()).to.match(/Page 1 of 3\s*14 Nov 2023 – 28 Oct 2024/);
          await page.locator("nav.pages .next").first().click();
          await page.waitForFunction(() => document.querySelector(".where")?.textContent.includes("Page 2 of 3"));
          expect(await where()).to.match(/10 Jan 2024 – 29 Oct 2024/);
        } finally {
          await restore();
        }
      });

      it("draws how many messages there are by month and person, with the numbers", async () => {
        await page.goto(unordered[form]);
        await page.locator(".activity summary").click();
        const cells = await page
          .locator(".numbers tr")
          .evaluateAll((rows) => rows.map((row) => [...row.children].map(({ textContent }) => textContent)));
        expect(cells[0]).to.deep.equal(["Month (UTC)", "@alice:acme.test", "All"]);
        expect(cells[1]).to.deep.equal(["Jan 2024", "450", "450"]);
        expect(cells[2]).to.deep.equal(["Feb 2024", "0", "0"]);
        expect(cells.at(-2)).to.deep.equal(["Oct 2024", "750", "750"]);
        expect(cells.at(-1)).to.deep.equal(["All", "1200", "1200"]);
        expect(await page.locator(".chart g").count()).to.equal(10);
        expect(await page.locator(".chart rect").count()).to.equal(2);
      });

      it("lists the rooms of a space in their order", async () => {
        await page.goto(space[form]);
        expect(await page.locator(".rooms li").allInnerTexts()).to.deep.equal([
          "!early:acme.test suggested",
          "!late:acme.test",
        ]);
        expect(await page.locator(".rooms a").first().getAttribute("href")).to.equal(
          "https://matrix.to/#/!early%3Aacme.test?via=acme.test&via=far.test",
        );
      });

      it("prints addresses of links, and pictures that were not seen yet", async () => {
        await page.goto(room[form]);
        await page.emulateMedia({ media: "print" });
        await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
        await page.waitForFunction(() =>
          [...document.querySelectorAll<HTMLImageElement>("main img")].every(({ naturalWidth }) => naturalWidth > 0),
        );
        const after = await article("As asked above")
          .locator("a", { hasText: "elsewhere" })
          .evaluate((link) => getComputedStyle(link, "::after").content);
        expect(after).to.include("https://example.org/");
        await page.emulateMedia({ media: "screen" });
      });

      for (const colorScheme of ["light", "dark"] as const)
        it(`can be read by everybody, in ${colorScheme}`, async () => {
          await page.goto(room[form]);
          await page.emulateMedia({ colorScheme });
          await page.locator(".activity summary").click();
          expect(await page.evaluate(poorContrasts)).to.deep.equal([]);
        });
    });
});
