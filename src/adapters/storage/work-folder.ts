import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { access, constants, mkdir, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { lockFile } from "./file-lock.ts";

/** How often a process looks after the folders of those that have died, in milliseconds. */
const SWEEP_MS = 30_000;
/** In each folder, locked as long as its process lives. */
const LOCK = "lock";
/** A folder has this name until it is locked. */
const NEW = "new-";
/** Somebody else may take a folder for a dead one before it is locked; then another one is made. */
const ATTEMPTS = 10;
/** What was made without a lock, by an older version, is left alone for so long before this process's start, in milliseconds. */
const UNLOCKED_MS = 24 * 3600_000;

/** A folder for what one process is receiving or collecting. */
export interface WorkFolder {
  readonly path: string;
  /** Rejects where it is not there any more, or cannot be written; the message says what to do. */
  check(): Promise<void>;
  /** Removes it, with all that is in it. */
  close(): Promise<void>;
}

/**
 * Makes a folder below `parent` that lives as long as this process. Several processes may share the parent: each holds a lock in
 * its own folder, and removes those whose lock nobody holds. No clock has a say in that.
 * @throws Error where it cannot be made
 */
export async function openWorkFolder(parent: string): Promise<WorkFolder> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const { path, letGo } = await makeLocked(parent);
  await removeDead(parent, path);
  // whatever fails here fails again where the folder is used
  const timer = setInterval(() => void removeDead(parent, path).catch(() => undefined), SWEEP_MS);
  timer.unref();
  return {
    path,
    async check() {
      try {
        await access(join(path, LOCK));
        await access(path, constants.W_OK);
      } catch (error) {
        throw new Error("the folder for unfinished work is gone or not writable: restart the service", {
          cause: error,
        });
      }
    },
    async close() {
      clearInterval(timer);
      await rm(path, { recursive: true, force: true });
      letGo();
    },
  };
}

async function makeLocked(parent: string): Promise<{ path: string; letGo: () => void }> {
  for (let attempt = 1; ; attempt++) {
    const name = randomUUID();
    const fresh = join(parent, NEW + name);
    let letGo: (() => void) | undefined;
    try {
      await mkdir(fresh, { mode: 0o700 });
      letGo = lockFile(join(fresh, LOCK));
      if (!letGo) throw new Error("somebody else has locked the folder for unfinished work");
      const path = join(parent, `run-${name}`);
      await rename(fresh, path);
      return { path, letGo };
    } catch (error) {
      letGo?.();
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

async function removeDead(parent: string, own: string): Promise<void> {
  const { birthtimeMs: start } = await stat(own);
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    // others look through the same folders
    if (path !== own) await removeIfDead(path, start).catch(() => undefined);
  }
}

async function removeIfDead(path: string, start: number): Promise<void> {
  const lock = join(path, LOCK);
  if (!existsSync(lock)) {
    if ((await stat(path)).mtimeMs < start - UNLOCKED_MS) await rm(path, { recursive: true, force: true });
    else await rmdir(path);
    return;
  }
  const letGo = lockFile(lock);
  if (!letGo) return;
  try {
    await rm(path, { recursive: true, force: true });
  } finally {
    letGo();
  }
}
