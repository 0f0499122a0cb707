import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { TOP } from "../../scripts/run.js";
import { OUTSIDE_ENV } from "./outside-env.ts";

let packing: Promise<string> | undefined;

/** The path of what `npm pack` makes of this checkout: once in a process, for it builds everything. */
export function packed(): Promise<string> {
  return (packing ??= pack());
}

async function pack(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "roomporter-packed-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  await promisify(execFile)("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: TOP, env: OUTSIDE_ENV });
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("npm pack has made no tarball");
  return join(folder, tarball);
}
