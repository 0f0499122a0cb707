import { setTimeout as sleep } from "node:timers/promises";

/** A process that is killed and comes back on the same data. */
export interface Victim {
  name: string;
  /** how likely it is to be hit, against the others */
  weight: number;
  kill(): Promise<void>;
  /** resolves once it is ready; rejects where it was killed before */
  start(): Promise<void>;
}

/** Milliseconds between one blow and the next: at least, and at most. */
const PAUSE_MS = [200, 2500] as const;
/** How often one is hit again while it starts, and after how many milliseconds at most. */
const AGAIN = 0.2;
const STARTING_MS = 1500;

/**
 * Kills with -9 at random moments until `kills` is reached, and gives how often each was hit. Nobody waits for one that is on its
 * way back: several can be down at once. All are up again in the end.
 */
export async function execute(
  victims: readonly Victim[],
  kills: number,
  random: () => number,
): Promise<Record<string, number>> {
  const hits = Object.fromEntries(victims.map(({ name }) => [name, 0]));
  const down = new Set<Victim>();
  const falls: Promise<void>[] = [];
  let done = 0;
  const hit = async (victim: Victim): Promise<void> => {
    hits[victim.name] = (hits[victim.name] ?? 0) + 1;
    done += 1;
    await victim.kill();
  };
  const fall = async (victim: Victim, again: number | undefined): Promise<void> => {
    await hit(victim);
    const starting = victim.start();
    if (again === undefined) {
      await starting;
      return;
    }
    const first = starting.catch(() => undefined);
    await sleep(again);
    await hit(victim);
    await first;
    await victim.start();
  };
  while (done < kills) {
    await sleep(PAUSE_MS[0] + random() * (PAUSE_MS[1] - PAUSE_MS[0]));
    // all are drawn each time, so that one who is down does not change what comes after
    const [at, again, after] = [random(), random() < AGAIN, random() * STARTING_MS];
    const victim = choose(
      victims.filter((one) => !down.has(one)),
      at,
    );
    if (!victim) continue;
    const falling = fall(victim, again ? after : undefined).finally(() => down.delete(victim));
    // its failure is met below
    falling.catch(() => undefined);
    down.add(victim);
    falls.push(falling);
  }
  await Promise.all(falls);
  return hits;
}

/** `at`: from 0 to 1, over all their weights */
function choose(victims: readonly Victim[], at: number): Victim | undefined {
  let left = at * victims.reduce((sum, { weight }) => sum + weight, 0);
  return victims.find(({ weight }) => (left -= weight) < 0);
}
