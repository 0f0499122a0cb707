import { setTimeout as sleep } from "node:timers/promises";

/** A process that is killed and comes back on the same data. */
export interface Victim {
  name: string;
  /** how likely it is to be hit, against the others and the troubles */
  weight: number;
  kill(): Promise<void>;
  /** resolves once it is ready; rejects where it was killed before */
  start(): Promise<void>;
}

/** Something that goes wrong for a while and then right again. */
export interface Trouble {
  name: string;
  weight: number;
  /** resolves once it has gone wrong */
  begin(): Promise<void>;
  /** resolves once all is right again */
  end(): Promise<void>;
}

/** Milliseconds between one blow and the next: at least, and at most. */
const PAUSE_MS = [200, 2500] as const;
/** How often one is hit again while it starts, and after how many milliseconds at most. */
const AGAIN = 0.2;
const STARTING_MS = 1500;
/** How long a trouble lasts, in milliseconds: at least, and at most. */
const TROUBLE_MS = [300, 6000] as const;

/**
 * Kills with -9 and makes trouble at random moments until `kills` processes have been killed, and gives how often each was hit. Nobody
 * waits for one that is on its way back: several can be down at once. All are up again in the end.
 */
export async function execute(
  victims: readonly Victim[],
  troubles: readonly Trouble[],
  kills: number,
  random: () => number,
): Promise<Record<string, number>> {
  const all = [...victims, ...troubles];
  const hits = Object.fromEntries(all.map(({ name }) => [name, 0]));
  const down = new Set<Victim | Trouble>();
  const falls: Promise<void>[] = [];
  let done = 0;
  const count = ({ name }: Victim | Trouble): void => void (hits[name] = (hits[name] ?? 0) + 1);
  const hit = async (victim: Victim): Promise<void> => {
    count(victim);
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
  const suffer = async (trouble: Trouble, milliseconds: number): Promise<void> => {
    count(trouble);
    try {
      await trouble.begin();
      await sleep(milliseconds);
    } finally {
      await trouble.end();
    }
  };
  while (done < kills) {
    await sleep(PAUSE_MS[0] + random() * (PAUSE_MS[1] - PAUSE_MS[0]));
    // all are drawn each time, so that one who is down does not change what comes after
    const [at, again, after] = [random(), random() < AGAIN, random()];
    const chosen = choose(
      all.filter((one) => !down.has(one)),
      at,
    );
    if (!chosen) continue;
    const falling = (
      "kill" in chosen
        ? fall(chosen, again ? after * STARTING_MS : undefined)
        : suffer(chosen, TROUBLE_MS[0] + after * (TROUBLE_MS[1] - TROUBLE_MS[0]))
    ).finally(() => down.delete(chosen));
    // its failure is met below
    falling.catch(() => undefined);
    down.add(chosen);
    falls.push(falling);
  }
  await Promise.all(falls);
  return hits;
}

/** `at`: from 0 to 1, over all their weights */
function choose<T extends { weight: number }>(all: readonly T[], at: number): T | undefined {
  let left = at * all.reduce((sum, { weight }) => sum + weight, 0);
  return all.find(({ weight }) => (left -= weight) < 0);
}
