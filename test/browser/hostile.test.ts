import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { describeInChromium, sharedChromium } from "../support/shared-chromium.ts";
import { temporaryDirectory } from "../unit/bundle/sample.ts";
import { hostileRoom } from "./hostile-room.ts";
import { rendered, type Rendered } from "./rendered.ts";

/** What a page has done that it should not have. */
interface Seen {
  dialogs: string[];
  requests: string[];
  /** what the policy had to stop: then something got as far as that */
  violations: string[];
  errors: string[];
  popups: string[];
}

describeInChromium("a rendered hostile room", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let room: Rendered;
  let page: Page;
  let seen: Seen;
  before(async () => {
    directory = await temporaryDirectory();
    room = await rendered(hostileRoom(), directory.path, "hostile");
  });
  after(() => directory.remove());

  beforeEach(async () => {
    seen = { dialogs: [], requests: [], violations: [], errors: [], popups: [] };
    page = await (await sharedChromium()).newPage();
    page.on("dialog", (dialog) => {
      seen.dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      if (!/^(?:file|blob):/.test(request.url())) seen.requests.push(request.url());
    });
    page.on("console", (message) => {
      if (/policy|refused|violat/i.test(message.text())) seen.violations.push(message.text());
    });
    page.on("pageerror", (error) => seen.errors.push(error.message));
    page.on("popup", (popup) => seen.popups.push(popup.url()));
  });
  afterEach(() => page.close());

  const nothing: Seen = { dialogs: [], requests: [], violations: [], errors: [], popups: [] };
  const hacked = (): Promise<unknown> =>
    page.evaluate(() => ("hacked" in window ? "hacked" : document.title === "hacked" ? "title" : undefined));

  for (const form of ["pages", "single"] as const)
    it(`executes nothing and asks nobody for anything (${form === "pages" ? "folder" : "single file"})`, async () => {
      await page.goto(room[form]);
      // whatever waits to be unfolded, seen, touched or focused
      await page.evaluate(() => {
        for (const details of document.querySelectorAll("details")) details.open = true;
        for (const element of document.querySelectorAll<HTMLElement>("main *")) {
          for (const type of ["mouseover", "focus", "toggle", "load", "error", "begin"])
            element.dispatchEvent(new Event(type, { bubbles: type !== "load" && type !== "error" }));
          element.focus();
        }
        dispatchEvent(new Event("beforeprint"));
      });
      for (let at = 0; at < 5; at++) await page.mouse.wheel(0, 5000);
      await page.locator("#query").fill("script");
      await page.keyboard.press("Enter");
      await page.locator("#hits li").first().waitFor();
      await page.waitForLoadState("networkidle");
      expect(await hacked()).to.equal(undefined);
      expect(seen).to.deep.equal(nothing);
      expect(
        await page
          .locator("main, #hits")
          .locator("script, style, iframe, svg, object, embed, form, link, meta")
          .count(),
      ).to.equal(0);
      expect(await page.locator("#conversation").count(), "names that would shadow the page's own").to.equal(1);
    });

  it("keeps what people wrote as text", async () => {
    await page.goto(room.pages);
    expect(await page.locator("h1").innerText()).to.contain("<script>window.hacked=1");
    const plain = page.locator(".text.plain", { hasText: "<svg onload" }).first();
    expect(await plain.evaluate((element) => element.children.length)).to.equal(0);
  });

  it("shows no file as what its bytes are not, and links none that a browser would run", async () => {
    await page.goto(room.pages);
    const links = await page
      .locator("main a[href]")
      .evaluateAll((all) => all.map((each) => each.getAttribute("href") ?? ""));
    const odd = links.filter(
      (href) =>
        !/^(?:#[md\w-]+|(?:index|page-\d+)\.html#m\d+|https?:\/\/(?:a\.test|x|outside\.invalid|www\.w3\.org)[^"]*|media\/[0-9a-f]{64}\/[^/]+\.png)$/.test(
          href,
        ),
    );
    expect(odd).to.deep.equal([]);
    const shown = await page
      .locator("main img, main video, main audio")
      .evaluateAll((all) => all.map((each) => each.getAttribute("src") ?? ""));
    expect(new Set(shown.map((src) => src.replace(/^.*\//, "")))).to.deep.equal(new Set(["x.png", "both.html"]));
    expect(await page.locator(".unlinked").count()).to.equal(7);
  });

  it("opens nothing from within a single file, even when its files are followed", async () => {
    await page.goto(room.single);
    const files = page.locator("a[data-file]");
    for (let at = 0; at < (await files.count()); at++) {
      const saved = page.waitForEvent("download");
      await files.nth(at).click();
      await (await saved).cancel();
    }
    expect(await hacked()).to.equal(undefined);
    expect(seen).to.deep.equal(nothing);
  });

  it("allows in every document its own script and style by their hashes, and nothing from elsewhere", async () => {
    const names = (await readdir(room.folder)).filter((name) => name.endsWith(".html"));
    expect(names).to.include.members(["index.html", "search.html"]);
    for (const file of [...names.map((name) => join(room.folder, name)), `${room.folder}.html`]) {
      const [, policy = ""] = /Content-Security-Policy" content="([^"]*)"/.exec(await readFile(file, "utf8")) ?? [];
      expect(policy.replaceAll("&#39;", "'")).to.match(
        /^default-src 'none'; script-src 'sha256-[^' ]+'; style-src 'sha256-[^' ]+'; img-src (?:blob:|'self' file:); media-src (?:blob:|'self' file:); base-uri 'none'; form-action 'none'$/,
      );
    }
  });

  it("would be stopped by the policy if anything had got through", async () => {
    await page.goto(room.pages);
    await page.evaluate(() => {
      const main = document.querySelector("main");
      main?.insertAdjacentHTML(
        "beforeend",
        "<img src=x onerror='window.hacked=1'><p onclick='window.hacked=1' id=bait>x</p>",
      );
      document.getElementById("bait")?.click();
      const script = document.createElement("script");
      script.textContent = "window.hacked=1";
      main?.append(script);
    });
    await page.waitForLoadState("networkidle");
    expect(await hacked()).to.equal(undefined);
    expect(seen.violations).to.not.be.empty;
  });
});
