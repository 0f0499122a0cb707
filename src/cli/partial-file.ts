import { createHash, randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";

/** Of this machine, or container: process ids mean nothing on others that share the folder. */
const HOST = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
const ENDING = /^\.([0-9a-f]{8})-(\d+)-[0-9a-f]{6}\.part$/;

/**
 * The path at which a file is written until it is complete: beside it and by its name, so that whoever looks for the file also sees what
 * a killed process has left of it. What such processes of this machine have left of the same file is removed first: it may be plain text.
 */
export async function partialFile(file: string): Promise<string> {
  const [folder, name] = [dirname(file), basename(file)];
  for (const other of await readdir(folder).catch(() => [])) {
    if (!other.startsWith(name)) continue;
    const [, host, pid] = ENDING.exec(other.slice(name.length)) ?? [];
    if (host === HOST && !isRunning(Number(pid))) await rm(join(folder, other), { force: true });
  }
  return `${file}.${HOST}-${process.pid}-${randomBytes(3).toString("hex")}.part`;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // of somebody else's process it is not told more
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
