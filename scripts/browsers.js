import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The browsers of the tests: names of their programs, and of the system's packages that bring them. */
const BROWSERS = {
  Chromium: {
    programs: ["chromium", "chromium-browser", "google-chrome"],
    packages: ["chromium", "fonts-dejavu-core"],
  },
  Firefox: { programs: ["firefox-esr", "firefox"], packages: ["firefox-esr"] },
};

/**
 * The program file of a browser.
 * @param {keyof typeof BROWSERS} name
 * @returns {string | undefined} undefined where this machine has none
 */
export function findBrowser(name) {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const files = folders.flatMap((folder) => BROWSERS[name].programs.map((program) => join(folder, program)));
  return files.find((file) => existsSync(file));
}

/** Installs the browsers that are missing from the system's packages, where that can be done: as root, with apt-get. */
export function installBrowsers() {
  const names = /** @type {(keyof typeof BROWSERS)[]} */ (Object.keys(BROWSERS));
  const missing = names.filter((name) => findBrowser(name) === undefined);
  if (missing.length === 0 || process.getuid?.() !== 0 || spawnSync("apt-get", ["--version"]).status !== 0) return;
  console.error(`Installing ${missing.join(" and ")} for the tests, with apt-get (once, about 30 s) …`);
  const quiet = ["-qq", "-o", "Dpkg::Use-Pty=0"];
  const packages = missing.flatMap((name) => BROWSERS[name].packages);
  for (const args of [
    [...quiet, "update"],
    [...quiet, "install", "-y", "--no-install-recommends", ...packages],
  ])
    spawnSync("apt-get", args, {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
}
