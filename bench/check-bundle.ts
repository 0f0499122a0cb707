import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROGRAM } from "../test/support/service.ts";
import { largeBundle } from "./large-bundle.ts";
import { meter } from "./process-usage.ts";

export interface BundleCheck {
  /** of the fastest `bundle verify` and of the fastest `unzip -t`; the latter undefined where there is no unzip */
  verifySeconds: number;
  unzipSeconds: number | undefined;
  /** highest resident memory of `bundle verify`, in MB, of a bundle of a hundredth of the size and of the whole one */
  smallPeak: number;
  peak: number;
}

const ROUNDS = 3;

/** Checks a bundle of so many events and bytes of media, by turns with `unzip -t` of the same file. */
export async function checkLargeBundle(events: number, mediaBytes: number): Promise<BundleCheck> {
  const dir = mkdtempSync(join(tmpdir(), "roomporter-bench-"));
  try {
    const small = await verify(await largeBundle(join(dir, "small"), events / 100, mediaBytes / 100));
    const file = await largeBundle(join(dir, "large"), events, mediaBytes);
    rmSync(join(dir, "large", "media"), { recursive: true });
    const hasUnzip = spawnSync("unzip", ["-v"]).status === 0;
    const unzips: number[] = [];
    const verifies: Checked[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      if (hasUnzip) unzips.push(unzip(file));
      verifies.push(await verify(file));
    }
    return {
      verifySeconds: Math.min(...verifies.map(({ seconds }) => seconds)),
      unzipSeconds: hasUnzip ? Math.min(...unzips) : undefined,
      smallPeak: small.peak,
      peak: Math.max(...verifies.map(({ peak }) => peak)),
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Checked {
  seconds: number;
  peak: number;
}

/** `roomporter bundle verify` as its users start it. @throws Error where the bundle is not sound */
async function verify(file: string): Promise<Checked> {
  const begun = performance.now();
  const child = spawn(process.execPath, [PROGRAM, "bundle", "verify", file], { stdio: "ignore" });
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
  if (code !== 0) throw new Error("the bundle is not sound");
  return { seconds: (performance.now() - begun) / 1000, peak };
}

function unzip(file: string): number {
  const begun = performance.now();
  if (spawnSync("unzip", ["-tqq", file]).status !== 0) throw new Error("unzip does not take the bundle");
  return (performance.now() - begun) / 1000;
}
