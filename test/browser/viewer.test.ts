import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { describeInChromium, sharedChromium } from "../support/shared-chromium.ts";
import { temporaryDirectory, writeSample } from "../unit/bundle/sample.ts";
import { entriesWithViewer } from "../unit/render/pages/viewer-sample.ts";
import { conversationRoom } from "./conversation-sample.ts";

describeInChromium("the viewer in an unpacked bundle", () => {
  it("shows the conversation with the files that lie beside it", async () => {
    const directory = await temporaryDirectory();
    const page = await (await sharedChromium()).newPage();
    try {
      const file = await writeSample(conversationRoom(), directory.path, "bundle.zip");
      for (const { name, data } of await entriesWithViewer(file, directory.path)) {
        const path = join(directory.path, String(name));
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, data);
      }
      await page.goto(pathToFileURL(join(directory.path, "viewer.html")).href);
      const picture = page.locator("img.picture");
      await picture.scrollIntoViewIfNeeded();
      await page.waitForFunction(
        () => (document.querySelector<HTMLImageElement>("img.picture")?.naturalWidth ?? 0) > 0,
      );
      expect(await picture.getAttribute("src")).to.match(/^media\/[0-9a-f]{64}\/cup\.png$/);
      expect(await page.locator("article.m").count()).to.equal(16);
    } finally {
      await page.close();
      await directory.remove();
    }
  });
});
