import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startProcess } from "../support/process.ts";
import { smallDisk, type DiskView } from "../support/small-disk.ts";

/** A small file system that outlives the processes that use it, until `close`. */
export interface KeptDisk extends DiskView {
  /** where the processes see it */
  readonly mount: string;
  /** what to put before the command of a process that is to see it */
  readonly prefix: [string, ...string[]];
  close(): Promise<void>;
}

/** Mounts one of so many bytes. @throws Error where this user may not mount anything */
export async function keptDisk(bytes: number): Promise<KeptDisk> {
  const disk = smallDisk(bytes);
  const dir = mkdtempSync(join(tmpdir(), "roomporter-disk-"));
  const [command, ...args] = disk.prefix;
  const holder = startProcess(command, [...args, "sleep", "1d"], join(dir, "log"));
  // `unshare` and `sh` become `sleep` under the same process id, once the mount is there
  for (let tries = 0; tries < 100 && disk.seenFrom(holder.pid).free() > bytes; tries++) await sleep(20);
  const view = disk.seenFrom(holder.pid);
  return {
    ...view,
    mount: disk.path,
    prefix: ["nsenter", "--preserve-credentials", `--mount=/proc/${holder.pid}/ns/mnt`],
    async close() {
      await holder.end("SIGKILL");
      disk.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
