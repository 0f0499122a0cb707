import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";

/** How often a process says that it lives, and looks after the folders of those that do not, in milliseconds. */
const BEAT_MS = 30_000;
/** A process that has been silent for so long is gone. */
const SILENT_MS = 300_000;

/** A folder for what one process is receiving or collecting. */
export interface WorkFolder {
  readonly path: string;
  /** Removes it, with all that is in it. */
  close(): Promise<void>;
}

/**
 * Makes a folder below `parent` that lives as long as this process. Several processes may share the parent: each keeps the date of
 * its own folder fresh, and folders of processes that died are removed once they are out of date.
 */
export async function openWorkFolder(parent: string): Promise<WorkFolder> {
  const path = join(parent, `run-${randomUUID()}`);
  await mkdir(path, { recursive: true, mode: 0o700 });
  await removeSilent(parent);
  const beat = async (): Promise<void> => {
    const now = new Date();
    await utimes(path, now, now);
    await removeSilent(parent);
  };
  // whatever fails here fails again where the folder is used
  const timer = setInterval(() => void beat().catch(() => undefined), BEAT_MS);
  timer.unref();
  return {
    path,
    async close() {
      clearInterval(timer);
      await rm(path, { recursive: true, force: true });
    },
  };
}

async function removeSilent(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    const beaten = await stat(path).catch(() => undefined);
    if (beaten && Date.now() - beaten.mtimeMs > SILENT_MS) await rm(path, { recursive: true, force: true });
  }
}
