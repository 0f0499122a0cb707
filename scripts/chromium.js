import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const PROGRAMS = ["chromium", "chromium-browser", "google-chrome"];

/**
 * The program file of a Chromium.
 * @returns {string | undefined} undefined where this machine has none
 */
export function findChromium() {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.flatMap((folder) => PROGRAMS.map((program) => join(folder, program))).find((file) => existsSync(file));
}

/**
 * The same, installed from the system's packages first where it is missing and can be: as root, with apt-get.
 * @returns {string | undefined}
 */
export function installChromium() {
  const found = findChromium();
  if (found !== undefined || process.getuid?.() !== 0 || spawnSync("apt-get", ["--version"]).status !== 0) return found;
  console.error("Installing Chromium, the browser of the tests, with apt-get (once, about 30 s) …");
  const quiet = ["-qq", "-o", "Dpkg::Use-Pty=0"];
  const install = [...quiet, "install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"];
  for (const args of [[...quiet, "update"], install])
    spawnSync("apt-get", args, {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  return findChromium();
}
