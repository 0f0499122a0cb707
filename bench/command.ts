import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Cost } from "./bench.ts";
import { cpuOfEndedChildren, meter } from "./process-usage.ts";

/** Runs a command to its end: what it took of a machine. One at a time. @throws Error where it fails */
export async function runCommand(command: string, args: readonly string[]): Promise<Cost> {
  const before = cpuOfEndedChildren();
  const begun = performance.now();
  const child = spawn(command, args, { stdio: "ignore" });
  const ended = once(child, "exit");
  const used = meter(child.pid ?? 0);
  let peak = 0;
  // the memory of a process is gone with it
  const watch = setInterval(() => {
    try {
      const now = used().peak;
      // of a process that has just ended, nothing is told any more
      if (!Number.isNaN(now)) peak = Math.max(peak, now);
    } catch {
      clearInterval(watch);
    }
  }, 50);
  const [code] = (await ended) as [number | null];
  clearInterval(watch);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} → ${code}`);
  const wall = (performance.now() - begun) / 1000;
  return { wall, service: cpuOfEndedChildren() - before, peak };
}
