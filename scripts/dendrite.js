import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Missing, TOP } from "./run.js";

/** What to set where Dendrite is to be among the homeservers of the tests: nobody packages it for a registry. */
export const DENDRITE_HINT = "no Dendrite (set DENDRITE_BINARY to its program, or DENDRITE_SOURCE to its source tree)";

/**
 * Dendrite's program: the one that DENDRITE_BINARY names, or built with Go from the source tree that DENDRITE_SOURCE names (once, some
 * minutes).
 * @returns {string | undefined} undefined where neither is set
 * @throws {Missing} where one is set and leads to nothing
 */
export function dendriteBinary() {
  const { DENDRITE_BINARY: binary, DENDRITE_SOURCE: source } = process.env;
  if (binary !== undefined) {
    if (existsSync(binary)) return resolve(binary);
    throw new Missing(`DENDRITE_BINARY names ${binary}, and there is no such file.`);
  }
  if (source === undefined) return undefined;
  const built = join(TOP, ".cache", "dendrite", "dendrite");
  if (existsSync(built)) return built;
  console.error(`Building Dendrite from ${source} (once, some minutes) …`);
  const { status } = spawnSync("go", ["build", "-o", built, "./cmd/dendrite"], {
    cwd: source,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0)
    throw new Missing(`Dendrite could not be built from DENDRITE_SOURCE=${source} with Go: its message stands above.`);
  return built;
}
