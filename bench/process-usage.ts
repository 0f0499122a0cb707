import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** What a process has used, as Linux counts it. */
export interface Usage {
  /** CPU time, user and system, in milliseconds */
  cpu: number;
  /** highest resident memory since the meter was started, in MB */
  peak: number;
}

/** Clock ticks of /proc/…/stat: 100 a second on every Linux that Node runs on. */
const MS_PER_TICK = 10;

/** Starts to measure a process; the function that it gives tells what the process has used since. */
export function meter(pid: number): () => Usage {
  if (!existsSync(`/proc/${pid}/stat`)) return () => ({ cpu: NaN, peak: NaN });
  // 5: the high-water mark of the memory begins anew
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
  const before = cpu(pid);
  return () => ({ cpu: cpu(pid) - before, peak: highWaterMark(pid) });
}

/** CPU time of all processes that this one has started and seen end, user and system, in milliseconds. */
export function cpuOfEndedChildren(): number {
  return existsSync("/proc/self/stat") ? times("self", 13) : NaN;
}

function cpu(pid: number): number {
  return times(String(pid), 11);
}

/** The sum of two fields of /proc/…/stat, counted from behind the name of the program. */
function times(process: string, first: number): number {
  const stat = readFileSync(`/proc/${process}/stat`, "utf8");
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(first, first + 2);
  return (Number(user) + Number(system)) * MS_PER_TICK;
}

function highWaterMark(pid: number): number {
  const kilobytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return (Number(kilobytes) * 1024) / 1e6;
}
