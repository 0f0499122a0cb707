import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { findBrowser } from "../scripts/browsers.js";
import { addMoreThanText } from "./more-than-text.ts";
import { Narrator } from "./narrator.ts";
import { openOtherRooms } from "./other-rooms.ts";
import { sampleConversation } from "./sample.ts";
import { startDemoServers, type DemoServers } from "./servers.ts";
import { SourceRoom } from "./source-room.ts";

/** The README's pictures: docs/pictures/*.png, taken anew of the real page with the sample conversation. */
const FOLDER = fileURLToPath(new URL("../docs/pictures", import.meta.url));
const DIR = fileURLToPath(new URL("../.cache/pictures", import.meta.url));
const MOST_BYTES = 150_000;
const HOST = "sid77";
const DESK = { viewport: { width: 1200, height: 760 } };
const PHONE = { viewport: { width: 390, height: 740 }, deviceScaleFactor: 2 };

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
const tell = new Narrator();
const executablePath = findBrowser("Chromium");
if (executablePath === undefined) throw new Error("no Chromium on this machine: apt install chromium");
mkdirSync(FOLDER, { recursive: true });

tell.step("Servers start, and the sample conversation is held");
const servers = await startDemoServers(DIR, HOST);
const lines = sampleConversation();
const room = await SourceRoom.open(servers.synapse.url, servers.clock, lines, () => undefined);
await room.talk(lines, () => undefined);
await addMoreThanText(room);
await openOtherRooms(room);
await room.host.invite(room.roomId, servers.service.userId);

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
tell.step("Pictures are taken");
const bundle = await pictureExport(browser, servers);
await pictureImport(browser, servers, bundle);
await pictureLook(browser, servers, bundle);
await pictureJobs(browser, servers);
await browser.close();
await servers.close();

/** Light: rooms chosen, an export done. Gives the file that was saved. */
async function pictureExport(open: Browser, { service }: DemoServers): Promise<string> {
  const page = await signedIn(open, service.url, { ...DESK, colorScheme: "light" });
  const source = page.getByRole("row", { name: /Boxing Day/ });
  await source.click();
  await page.getByRole("button", { name: "Export", exact: true }).click();
  const download = page.getByRole("button", { name: "Download" });
  await download.waitFor();
  const [saved] = await Promise.all([page.waitForEvent("download"), download.click()]);
  const file = join(DIR, "boxing-day.room.zip");
  await saved.saveAs(file);
  await source.click();
  await page.getByRole("row", { name: "Garden plans" }).click();
  await take(page, "export");
  return file;
}

/** Dark: what a dropped bundle is. */
async function pictureImport(open: Browser, { service }: DemoServers, bundle: string): Promise<void> {
  const page = await signedIn(open, service.url, { ...DESK, colorScheme: "dark" });
  await page.goto(`${service.url}/#/imports`);
  await page.locator("main > div:not([hidden]) input[type=file]").setInputFiles(bundle);
  const submit = page.getByRole("button", { name: "Import into a new room" });
  await submit.waitFor();
  await take(page, "import");
  await submit.click();
  await page.getByRole("link", { name: "Open the room" }).waitFor({ timeout: 300_000 });
  await page.close();
}

/** Light: the conversation in a bundle. */
async function pictureLook(open: Browser, { service }: DemoServers, bundle: string): Promise<void> {
  const page = await signedIn(open, service.url, { ...DESK, colorScheme: "light" });
  await page.goto(`${service.url}/#/look`);
  await page.locator("main > div:not([hidden]) input[type=file]").setInputFiles(bundle);
  await page.getByText("hfs+").first().waitFor();
  await take(page, "look");
  await page.close();
}

/** On a phone, dark: the jobs. */
async function pictureJobs(open: Browser, { service }: DemoServers): Promise<void> {
  const page = await signedIn(open, service.url, { ...PHONE, colorScheme: "dark" });
  await page.goto(`${service.url}/#/jobs`);
  await page.getByRole("article").nth(1).waitFor();
  await take(page, "jobs");
}

async function signedIn(open: Browser, url: string, options: Parameters<Browser["newPage"]>[0]): Promise<Page> {
  const page = await open.newPage({ ...options, timezoneId: "Europe/London" });
  await page.goto(url);
  await page.locator("input[name=username]").fill(HOST);
  await page.locator("input[name=password]").fill(HOST);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("row").first().waitFor();
  return page;
}

async function take(page: Page, name: string): Promise<void> {
  const path = join(FOLDER, `${name}.png`);
  // nothing is under the pointer or has the focus
  await page.mouse.move(0, 0);
  await page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)");
  await page.screenshot({ path, animations: "disabled" });
  const { size } = statSync(path);
  tell.result(`docs/pictures/${name}.png, ${Math.ceil(size / 1000)} kB`);
  if (size > MOST_BYTES) throw new Error(`${path} has ${size} bytes, more than ${MOST_BYTES}: take less of the page`);
}
