import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

const NEEDED = ["postgres", "initdb", "createdb"];
/** Where systems keep each version's programs in a folder of its own, outside PATH. */
const VERSIONED = [
  { top: "/usr/lib/postgresql", bin: "bin" },
  { top: "/usr", prefix: "pgsql-", bin: "bin" },
  { top: "/opt/homebrew/opt", prefix: "postgresql", bin: "bin" },
  { top: "/usr/local/opt", prefix: "postgresql", bin: "bin" },
];

/**
 * The folder that holds PostgreSQL's server programs.
 * @returns {string | undefined} undefined where this machine has none
 */
export function findPostgres() {
  return candidates().find((folder) => NEEDED.every((program) => existsSync(join(folder, program))));
}

/**
 * The same, installed from the system's packages first where it is missing and can be: as root, with apt-get.
 * @returns {string | undefined}
 */
export function installPostgres() {
  const found = findPostgres();
  if (found !== undefined || process.getuid?.() !== 0 || spawnSync("apt-get", ["--version"]).status !== 0) return found;
  console.error("Installing PostgreSQL, the second database of the tests, with apt-get (once, about 30 s) …");
  const quiet = ["-qq", "-o", "Dpkg::Use-Pty=0"];
  const install = [...quiet, "install", "-y", "--no-install-recommends", "postgresql"];
  for (const args of [[...quiet, "update"], install])
    spawnSync("apt-get", args, {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  return findPostgres();
}

/** @returns {string[]} the newest version first */
function candidates() {
  const path = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const told = spawnSync("pg_config", ["--bindir"], { encoding: "utf8" });
  const versioned = VERSIONED.flatMap(({ top, prefix = "", bin }) =>
    (existsSync(top) ? readdirSync(top) : [])
      .filter((name) => name.startsWith(prefix))
      .sort((a, b) => b.localeCompare(a, "en", { numeric: true }))
      .map((name) => join(top, name, bin)),
  );
  return [...versioned, ...(told.status === 0 ? [told.stdout.trim()] : []), ...path];
}
