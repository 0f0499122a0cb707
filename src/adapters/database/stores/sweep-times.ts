import type { Sweep, SweepTimes } from "../../../ports/sweep-times.ts";
import type { Database } from "../database.ts";
import { inTransaction } from "../in-transaction.ts";

/** A service that was down, or a machine that slept, for so long is believed, in milliseconds. */
const LONGEST_GAP_MS = 3 * 24 * 3600_000;

/** Times of sweeps, in the database. */
export function sweepTimes({ kysely, now }: Pick<Database, "kysely" | "now">): SweepTimes {
  const note = (name: string) =>
    kysely
      .insertInto("sweeps")
      .values({ name, at: now })
      .onConflict((conflict) => conflict.column("name").doUpdateSet({ at: now }));
  return {
    async begin(name: Sweep) {
      const row = await kysely.selectFrom("sweeps").select("at").where("name", "=", name).executeTakeFirst();
      const time = await kysely.selectNoFrom(now.as("now")).executeTakeFirstOrThrow();
      const last = row?.at;
      if (last !== undefined && time.now - last > LONGEST_GAP_MS) return { granted: false, now: time.now, last };
      await note(name).execute();
      return last === undefined ? { granted: false, now: time.now, last } : { granted: true, now: time.now };
    },

    async confirm() {
      return inTransaction(kysely, async (transaction) => {
        await transaction.updateTable("sweeps").set({ at: now }).execute();
        return (await transaction.selectNoFrom(now.as("now")).executeTakeFirstOrThrow()).now;
      });
    },
  };
}
