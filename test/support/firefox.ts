import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch, type Browser } from "puppeteer-core";
import { findBrowser } from "../../scripts/browsers.js";
import { describeWhere } from "./describe-where.ts";

/** A Firefox with a profile and a folder for downloads of its own. */
export interface Firefox {
  browser: Browser;
  downloads: string;
  close(): Promise<void>;
}

/** Starts the system's Firefox, spoken to by WebDriver BiDi: the same in every release, so that no patched build is needed. */
export async function startFirefox(): Promise<Firefox> {
  const executablePath = findBrowser("Firefox");
  if (executablePath === undefined) throw new Error("no Firefox on this machine");
  const downloads = mkdtempSync(join(tmpdir(), "roomporter-firefox-"));
  const browser = await launch({
    browser: "firefox",
    executablePath,
    timeout: 120_000,
    extraPrefsFirefox: {
      "browser.download.dir": downloads,
      "browser.download.folderList": 2,
      "browser.download.useDownloadDir": true,
      "browser.download.alwaysOpenPanel": false,
    },
  });
  const close = async (): Promise<void> => {
    await browser.close();
    await rm(downloads, { recursive: true });
  };
  return { browser, downloads, close };
}

/** Mocha's `describe` for tests in Firefox; where there is none, as `describeInChromium`. */
export function describeInFirefox(title: string, tests: (this: Mocha.Suite) => void): void {
  describeWhere(
    findBrowser("Firefox") === undefined ? "no Firefox (apt install firefox-esr)" : undefined,
    title,
    tests,
  );
}
