import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Writable } from "node:stream";

/** Writes a file that appears under its name only when it is complete. `write` ends what it is given. */
export async function writeWholeFile<T>(file: string, write: (out: Writable) => Promise<T>): Promise<T> {
  const temporary = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString("hex")}`);
  try {
    const result = await write(createWriteStream(temporary, { flags: "wx", flush: true }));
    await rename(temporary, file);
    return result;
  } catch (error) {
    // nobody has asked for the temporary one
    if (error instanceof Error && "path" in error && error.path === temporary) Object.assign(error, { path: file });
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}
