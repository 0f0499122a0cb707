import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Missing, run, TOP } from "./run.js";

/** Oldest Node that runs the sources. */
const NODE = [22, 19];

/**
 * Brings node_modules to what package-lock.json says, by `npm ci` where it is not so already.
 * @returns {Promise<string>} path of a Node that runs the sources: the newest of the one that runs now and the installed one
 * @throws {Missing}
 */
export async function installDependencies() {
  if (Number(process.versions.node.split(".")[0]) < 20)
    throw new Missing(`Node.js 20 or newer is needed, and this is ${process.version}: please install a newer one.`);
  if (!installed()) {
    console.error("Installing the packages of package-lock.json (once, about 30 s) …");
    const code = await run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    if (code !== 0)
      throw new Missing(
        "The packages could not be installed: is the npm registry within reach? npm's message stands above.",
      );
  }
  const own = join(TOP, "node_modules", ".bin", "node");
  for (const node of [own, process.execPath]) if (isNewEnough(node)) return node;
  throw new Missing(
    `Node.js ${NODE.join(".")} or newer is needed on this platform, and this is ${process.version}: please install a newer one.`,
  );
}

/** Does node_modules hold what package-lock.json says? (npm notes what it has installed in a lock file of its own.) */
function installed() {
  const note = join(TOP, "node_modules", ".package-lock.json");
  if (!existsSync(note)) return false;
  const have = packages(note);
  return Object.entries(packages(join(TOP, "package-lock.json"))).every(
    ([path, wanted]) =>
      path === "" || (have[path] === undefined ? wanted.optional === true : have[path].version === wanted.version),
  );
}

/**
 * @param {string} lockFile
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function packages(lockFile) {
  /** @type {unknown} */
  const lock = JSON.parse(readFileSync(lockFile, "utf8"));
  return /** @type {{ packages: ReturnType<typeof packages> }} */ (lock).packages;
}

/** @param {string} node */
function isNewEnough(node) {
  const { status, stdout } = spawnSync(node, ["-p", "process.versions.node"], { encoding: "utf8" });
  const [major = 0, minor = 0] = status === 0 ? stdout.split(".").map(Number) : [];
  const [least = 0, leastMinor = 0] = NODE;
  return major > least || (major === least && minor >= leastMinor);
}
