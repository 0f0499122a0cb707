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

function cpu(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const [utime, stime] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13);
  return (Number(utime) + Number(stime)) * MS_PER_TICK;
}

function highWaterMark(pid: number): number {
  const kilobytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return (Number(kilobytes) * 1024) / 1e6;
}
