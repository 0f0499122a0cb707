import { constants } from "node:fs";
import { access, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { Config } from "../schema.ts";
import type { Finding } from "./finding.ts";

/** Can the service write where the configuration has it write? Asked of the user that runs the check. */
export async function checkFolders({ storage, database }: Config): Promise<Finding[]> {
  const findings: Finding[] = [];
  const note = (path: readonly string[], message: string | undefined, warning = false): void => {
    if (message !== undefined) findings.push({ path, message, warning });
  };
  const kept = await notWritable(storage.path);
  note(["storage", "path"], kept);
  if (kept === undefined)
    note(
      ["storage", "min_free"],
      await tooFull(storage.path, storage.min_free, "nothing could be exported or imported"),
      true,
    );
  const [scheme, file = ""] = database.url.split(/:(.*)/s);
  if (scheme !== "sqlite") return findings;
  const unusable = (await notWritable(dirname(file))) ?? (await noDatabaseFile(file));
  note(["database", "url"], unusable);
  if (unusable === undefined && (kept !== undefined || !(await onOneDisk(storage.path, dirname(file)))))
    note(
      ["database", "url"],
      await tooFull(dirname(file), storage.min_free, "a database that cannot grow makes every request fail"),
      true,
    );
  return findings;
}

/** Why a folder, or the nearest one above it that exists, cannot be written; undefined where it can. */
async function notWritable(folder: string): Promise<string | undefined> {
  try {
    if (!(await stat(folder)).isDirectory()) return `${folder} is a file: name a folder`;
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" && dirname(folder) !== folder) return await notWritable(dirname(folder));
    return `${folder} cannot be written by this user (${code}): give it to the user that the service runs as, and check as that user`;
  }
}

async function noDatabaseFile(file: string): Promise<string | undefined> {
  try {
    if ((await stat(file)).isDirectory()) return `${file} is a folder: name a file`;
    await access(file, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return undefined;
    return `${file} cannot be written by this user (${code}): give it to the user that the service runs as, and check as that user`;
  }
}

/** `bytes`: what is to stay free; `otherwise`: what happens where it does not */
async function tooFull(folder: string, bytes: number, otherwise: string): Promise<string | undefined> {
  const { bavail, bsize } = await statfs(await existing(folder));
  const free = bavail * bsize;
  if (free >= bytes) return undefined;
  return `only ${free} bytes are free on the disk of ${folder}, and ${bytes} (storage.min_free) are to stay free: ${otherwise}`;
}

async function onOneDisk(...folders: readonly string[]): Promise<boolean> {
  const disks = await Promise.all(folders.map(async (folder) => (await stat(await existing(folder))).dev));
  return new Set(disks).size === 1;
}

async function existing(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  return found || dirname(folder) === folder ? folder : await existing(dirname(folder));
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}
