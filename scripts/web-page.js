import { Missing, run } from "./run.js";

/**
 * Builds the web page, a second or two. It needs the packages, and so runs in a process of its own after they are installed.
 * @param {string} node
 * @returns {Promise<void>}
 * @throws {Missing}
 */
export async function buildWebPage(node) {
  if ((await run(node, ["scripts/build-web.js"])) !== 0)
    throw new Missing("The web page could not be built: esbuild's message stands above.");
}
