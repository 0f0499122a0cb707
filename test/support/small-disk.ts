import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeWhere } from "./describe-where.ts";

/** A file system of its own that one process sees, gone with that process. */
export interface SmallDisk {
  /** where that process sees it */
  readonly path: string;
  /** what to put before the command of that process */
  readonly prefix: [string, ...string[]];
  /** where this process sees it, once the other one runs as `pid` */
  seenFrom(pid: number): DiskView;
  close(): void;
}

/** A small disk, from outside. */
export interface DiskView {
  readonly path: string;
  /** bytes */
  free(): number;
  /** Fills it with a file of this process, or gives space back, until so much is free. */
  leave(bytes: number): void;
}

const isRoot = process.getuid?.() === 0;
/** A mount of the process's own needs no cleaning up; without being root it also needs a user of its own. */
const UNSHARE: [string, ...string[]] = ["unshare", "--mount", ...(isRoot ? [] : ["--map-root-user"])];

/** Mocha's `describe` for tests that need a small disk. */
export function describeOnSmallDisk(title: string, tests: (this: Mocha.Suite) => void): void {
  possible ??= canMount();
  describeWhere(possible ? undefined : "no right to mount a file system (run as root)", title, tests);
}

let possible: boolean | undefined;

/** May this machine's user mount a file system for a process? Containers often do not allow it. */
function canMount(): boolean {
  const dir = mkdtempSync(join(tmpdir(), "roomporter-mount-"));
  try {
    const [unshare, ...options] = UNSHARE;
    return spawnSync(unshare, [...options, "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", dir]).status === 0;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** @param bytes its size */
export function smallDisk(bytes: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), "roomporter-small-"));
  const mount = `mount -t tmpfs -o size=${bytes},mode=700 tmpfs "$0" && exec "$@"`;
  return {
    path,
    prefix: [...UNSHARE, "sh", "-c", mount, path],
    seenFrom: (pid) => view(`/proc/${pid}/root${path}`),
    close: () => rmSync(path, { recursive: true, force: true }),
  };
}

function view(path: string): DiskView {
  const filler = join(path, "filler");
  const free = (): number => {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  };
  return {
    path,
    free,
    leave(bytes) {
      writeFileSync(filler, "", { flag: "a" });
      truncateSync(filler, 0);
      writeFileSync(filler, Buffer.alloc(Math.max(0, free() - bytes)));
    },
  };
}
