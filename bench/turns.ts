import { setTimeout as sleep } from "node:timers/promises";
import type { Cost } from "./bench.ts";
import { meter } from "./process-usage.ts";

/** Whoever spends no more CPU than this in this time is idle; both in milliseconds. A Synapse that has nothing to do spends some. */
const [IDLE_CPU_MS, IDLE_MS] = [20, 500];

export interface Processes {
  /** the service; undefined where it has no part in this */
  service?: { pid: number } | undefined;
  homeserver?: { pid: number } | undefined;
}

/**
 * Product and peer by turns, after one turn of each that is not counted: it warms up. Who goes first changes, so that neither always
 * follows the other's work.
 */
export async function byTurns(
  rounds: number,
  product: () => Promise<Cost>,
  peer: () => Promise<Cost>,
): Promise<{ product: Cost; peer: Cost }> {
  const costs: { product: Cost[]; peer: Cost[] } = { product: [], peer: [] };
  for (let round = 0; round <= rounds; round++) {
    const turns = [async () => costs.product.push(await product()), async () => costs.peer.push(await peer())];
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
    if (round === 0) costs.product.length = costs.peer.length = 0;
  }
  return { product: typical(costs.product), peer: typical(costs.peer) };
}

/** What these processes spend while this is done. */
export async function costOf({ service, homeserver }: Processes, act: () => Promise<unknown>): Promise<Cost> {
  const used = service && meter(service.pid);
  const usedThere = homeserver && meter(homeserver.pid);
  const begun = performance.now();
  await act();
  const wall = (performance.now() - begun) / 1000;
  const usage = used?.();
  return {
    wall,
    ...(usage && { service: usage.cpu, peak: usage.peak }),
    ...(usedThere && { homeserver: await onceIdle(() => usedThere().cpu) }),
  };
}

/** A homeserver works on after it has answered. */
async function onceIdle(cpu: () => number): Promise<number> {
  for (let before = cpu(); ;) {
    await sleep(IDLE_MS);
    const now = cpu();
    if (!(now - before > IDLE_CPU_MS)) return now;
    before = now;
  }
}

/**
 * Time and CPU of the median turn, and memory of the worst. The fastest turn is no measure where product and homeserver take both cores:
 * which of the two has the one turn in which nobody else wanted them is chance.
 */
export function typical(costs: readonly Cost[]): Cost {
  const all = (name: keyof Cost): number[] => costs.map((cost) => cost[name]).filter((value) => value !== undefined);
  const cost: Cost = { wall: median(all("wall")) };
  if (all("service").length > 0) cost.service = median(all("service"));
  if (all("homeserver").length > 0) cost.homeserver = median(all("homeserver"));
  if (all("peak").length > 0) cost.peak = Math.max(...all("peak"));
  return cost;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? high : (high + (sorted[middle - 1] ?? NaN)) / 2;
}
