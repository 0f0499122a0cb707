import { readdir, readFile } from "node:fs/promises";

/**
 * Bytes of the most that a renderer process of a browser that this process has started holds for itself: its anonymous and its shared
 * memory (proc(5), `RssAnon` and `RssShmem`), without the text of the browser's program, of which there is one for all processes. A
 * page and its workers are in one of them.
 */
export async function rendererMemory(): Promise<number> {
  const parents = new Map<number, number>();
  const held = new Map<number, number>();
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    // processes end while one looks
    const status = await readFile(`/proc/${name}/status`, "utf8").catch(() => "");
    const command = await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "");
    const valueOf = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
    parents.set(Number(name), valueOf("PPid"));
    if (command.includes("--type=renderer")) held.set(Number(name), (valueOf("RssAnon") + valueOf("RssShmem")) * 1024);
  }
  const isOurs = (pid: number): boolean => {
    let at = pid;
    while (at > 1 && at !== process.pid) at = parents.get(at) ?? 0;
    return at === process.pid;
  };
  return Math.max(0, ...[...held].filter(([pid]) => isOurs(pid)).map(([, bytes]) => bytes));
}
