import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROGRAM } from "../test/support/service.ts";
import type { Cost, OfflineBench, Row } from "./bench.ts";
import { runCommand } from "./command.ts";
import { largeBundle } from "./large-bundle.ts";
import { byTurns } from "./turns.ts";

const EVENTS = 200_000;
const MEDIA_BYTES = 1e9;
const ROUNDS = 3;

/** What the commands for bundles cost: of a long room, and of one with 1 GB of files. */
export const bundleBench: OfflineBench = {
  name: "bundles",
  async measure() {
    const dir = mkdtempSync(join(tmpdir(), "roomporter-bench-"));
    try {
      return [...(await withFiles(dir)), ...(await ofWords(dir))];
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
};

async function withFiles(dir: string): Promise<Row[]> {
  const few = await largeBundle(join(dir, "few"), EVENTS / 100, MEDIA_BYTES / 100);
  const many = await largeBundle(join(dir, "many"), EVENTS, MEDIA_BYTES);
  rmSync(join(dir, "many", "media"), { recursive: true });
  const verify = (): Promise<Cost> => bundle("verify", many);
  const small = await byTurns(1, verify, () => bundle("verify", few));
  const memory: Row = {
    what: "memory of `bundle verify`: 1 GB above 10 MB",
    ...{ value: (small.product.peak ?? NaN) - (small.peer.peak ?? NaN), unit: "MB", must: { most: 100 } },
    ...small,
  };
  if (spawnSync("unzip", ["-v"]).status !== 0) {
    console.log("NOT MEASURED: bundle verify against unzip -t, for there is no unzip on this machine");
    return [memory];
  }
  const costs = await byTurns(ROUNDS, verify, () => runCommand("unzip", ["-tqq", many]));
  return [byCpu(`\`bundle verify\` against \`unzip -t\`: ${EVENTS} events and 1 GB, CPU`, costs, 1.3), memory];
}

async function ofWords(dir: string): Promise<Row[]> {
  const file = await largeBundle(join(dir, "words"), EVENTS, 0);
  const verify = (): Promise<Cost> => bundle("verify", file);
  const pages = join(dir, "pages");
  const render = async (): Promise<Cost> => {
    rmSync(pages, { recursive: true, force: true });
    return await bundle("render", file, "-o", pages);
  };
  const twice = async (): Promise<Cost> => sum(await verify(), await verify());
  return [
    byCpu(
      `\`bundle diff\` against two \`bundle verify\`: ${EVENTS} events, CPU`,
      await byTurns(ROUNDS, () => bundle("diff", file, file), twice),
      1.5,
    ),
    byCpu(
      `\`bundle render\` against \`bundle verify\`: ${EVENTS} events, CPU`,
      await byTurns(ROUNDS, render, verify),
      4,
    ),
  ];
}

/** `roomporter bundle …` as its users start it. */
function bundle(...args: string[]): Promise<Cost> {
  return runCommand(process.execPath, [PROGRAM, "bundle", ...args]);
}

function byCpu(what: string, costs: { product: Cost; peer: Cost }, most: number): Row {
  const value = (costs.product.service ?? NaN) / (costs.peer.service ?? NaN);
  return { what, value, unit: "times", must: { most }, ...costs };
}

function sum(a: Cost, b: Cost): Cost {
  return {
    wall: a.wall + b.wall,
    service: (a.service ?? NaN) + (b.service ?? NaN),
    peak: Math.max(a.peak ?? NaN, b.peak ?? NaN),
  };
}
