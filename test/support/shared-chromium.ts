import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type BrowserContext } from "playwright-core";
import { findBrowser } from "../../scripts/browsers.js";
import { describeWhere } from "./describe-where.ts";

const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let started: Promise<BrowserContext> | undefined;
let profile: string | undefined;

/** The one Chromium of a test run, with a profile of its own, started at the first call; it ends with the test run. */
export function sharedChromium(): Promise<BrowserContext> {
  started ??= start();
  return started;
}

async function start(): Promise<BrowserContext> {
  const executablePath = findBrowser("Chromium");
  if (executablePath === undefined) throw new Error("no Chromium on this machine");
  profile = mkdtempSync(join(tmpdir(), "roomporter-chromium-"));
  return await chromium.launchPersistentContext(profile, {
    executablePath,
    args: QUIET,
    timeout: 120_000,
    viewport: { width: 1000, height: 800 },
  });
}

/** For the end of the run. */
export async function closeSharedChromium(): Promise<void> {
  await (await started)?.close();
  if (profile !== undefined) rmSync(profile, { recursive: true, force: true });
}

/**
 * Mocha's `describe` for tests that need a real browser. On a machine that has none they are left out, which the run says aloud and
 * in its closing line; under CI=true they fail instead.
 */
export function describeInChromium(title: string, tests: (this: Mocha.Suite) => void): void {
  describeWhere(findBrowser("Chromium") === undefined ? "no Chromium (apt install chromium)" : undefined, title, tests);
}
