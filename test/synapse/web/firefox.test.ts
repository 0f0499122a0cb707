import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { Page } from "puppeteer-core";
import { describeInFirefox, startFirefox, type Firefox } from "../../support/firefox.ts";
import { keyExport } from "../../support/megolm/key-export.ts";
import { sealedRoom } from "../../support/megolm/sealed-room.ts";
import type { Service } from "../../support/service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { startWebService } from "../../support/web-service.ts";

describeInFirefox("the web page in Firefox", function () {
  this.timeout(180_000);
  let service: Service;
  let firefox: Firefox;
  let user: string;
  before(async () => {
    service = await startWebService();
    firefox = await startFirefox();
    user = unique("ann");
    const ann = await registerUser((await sharedSynapse()).url, user, "Ann");
    const room = await ann.createRoom({ name: "Tea", invite: [service.userId] });
    for (const body of ["one", "two"]) await ann.say(room, body);
  });
  after(async () => {
    await firefox.close();
    await service.close();
  });

  it("signs in, exports a room, saves the bundle whose hash it shows, reads it and imports it again", async () => {
    const page = await firefox.browser.newPage();
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("console", (message) => {
      if (/Content.Security.Policy|blocked/i.test(message.text())) faults.push(message.text());
    });
    page.setDefaultTimeout(150_000);
    await page.goto(`${service.url}/`);
    await page.locator("input[name=username]").fill(user);
    await page.locator("input[name=password]").fill(user);
    await press(page, "Sign in");
    await page.locator("[role=row] ::-p-text(Tea)").click();
    await press(page, "Export");
    await press(page, "Download");
    await page.locator("::-p-text(SHA-256 of the file)").wait();
    const [file = ""] = (await readdir(firefox.downloads)).filter((name) => name.endsWith(".zip"));
    const path = join(firefox.downloads, file);
    const hash = createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
    await page.locator(`::-p-text(${hash})`).wait();

    await page.locator("nav ::-p-text(Import)").click();
    await choose(page, path);
    await page.locator("::-p-text(2 messages)").wait();
    await press(page, "Import into a new room");
    await page.locator('::-p-aria([name="Open the room"][role="link"])').wait();
    const links = (await page.evaluate("[...document.querySelectorAll('main a')].map(({ href }) => href)")) as string[];
    expect(links.filter((link) => link.startsWith("https://matrix.to/#/!"))).to.have.length(1);
    expect(faults).to.deep.equal([]);
    await page.close();
  });

  it("reads an encrypted bundle with a key file", async () => {
    const room = await sealedRoom(firefox.downloads, 3);
    const keys = join(firefox.downloads, "keys.txt");
    await writeFile(keys, keyExport(room.sessions, "tea"));
    const page = await firefox.browser.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(`${service.url}/#/look`);
    await choose(page, room.file);
    await press(page, "Read with your keys");
    await choose(page, keys);
    await page.locator("input[type=password]").fill("tea");
    await press(page, "Open the messages");
    await page.locator("::-p-text(3 of 4 encrypted messages were opened)").wait();
    await page.locator(".conversation ::-p-text(marked text 2)").wait();
    await page.close();
  });
});

/** Gives a file to the one place for files that is shown. */
async function choose(page: Page, file: string): Promise<void> {
  const input = await page.waitForSelector("input[type=file]");
  if (input === null) throw new Error("no place for a file");
  await input.uploadFile(file);
}

async function press(page: Page, name: string): Promise<void> {
  await page.locator(`::-p-aria([name="${name}"][role="button"])`).click();
}
