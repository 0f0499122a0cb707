import { createWriteStream } from "node:fs";
import { chmod, link, lstat, rename, rm } from "node:fs/promises";
import type { Writable } from "node:stream";
import type { Command } from "commander";
import { CliError, EXIT } from "./exit.ts";
import { partialFile } from "./partial-file.ts";

/** What `withForce` adds. */
export interface ForceOption {
  force?: boolean;
}

/** Adds --force to a command that has -o. */
export function withForce(command: Command): Command {
  return command.option("--force", "overwrite the file of -o, where there is one");
}

/** To be asked before any work is done for the file. @throws CliError where it is there already, and is not to be overwritten */
export async function requireFree(file: string, { force = false }: ForceOption): Promise<void> {
  const found = await lstat(file).catch(() => undefined);
  if (found === undefined) return;
  if (found.isDirectory()) throw new CliError(EXIT.usage, `${file} is a folder: name the file to write`);
  // a device would be replaced by a file
  if (!found.isFile() && !found.isSymbolicLink())
    throw new CliError(EXIT.usage, `${file} is not a file: leave out -o, and redirect stdout there`);
  if (!force) throw taken(file);
}

/**
 * Writes a file that appears under its name only when it is complete. `write` ends what it is given. `isPrivate`: nobody but its owner may
 * read it.
 */
export async function writeWholeFile<T>(
  file: string,
  options: ForceOption & { isPrivate?: boolean },
  write: (out: Writable) => Promise<T>,
): Promise<T> {
  const temporary = await partialFile(file);
  try {
    const mode = options.isPrivate ? 0o600 : 0o666;
    const result = await write(createWriteStream(temporary, { flags: "wx", flush: true, mode }));
    await settle(temporary, file, options);
    return result;
  } catch (error) {
    // nobody has asked for the temporary one
    if (error instanceof Error && "path" in error && error.path === temporary) Object.assign(error, { path: file });
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** A link never takes the place of a file that has come meanwhile; some file systems have none. */
async function settle(temporary: string, file: string, { force = false }: ForceOption): Promise<void> {
  if (force) {
    await rename(temporary, file);
    return;
  }
  try {
    await link(temporary, file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") throw taken(file);
    await requireFree(file, {});
    await rename(temporary, file);
  }
}

/** A complete file takes the place of another, or of none, at once; both in one file system. It keeps the other's permissions. */
export async function takePlace(complete: string, file: string): Promise<void> {
  const before = await lstat(file).catch(() => undefined);
  if (before) await chmod(complete, before.mode & 0o777);
  await rename(complete, file);
}

function taken(file: string): CliError {
  return new CliError(EXIT.usage, `${file} exists already: name another file with -o, or overwrite it with --force`);
}
