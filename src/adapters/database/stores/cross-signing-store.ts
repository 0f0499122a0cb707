import { z } from "zod";
import type { CrossSigningKeys, CrossSigningStore } from "../../../ports/homeserver/cross-signing.ts";
import type { Database } from "../database.ts";

const STORED = z.object({
  master: z.string(),
  self_signing: z.string(),
  user_signing: z.string(),
}) satisfies z.ZodType<CrossSigningKeys>;
const NAME = "cross_signing";

/** The keys by which the service user signs its devices, sealed in the database. */
export function crossSigningStore({ kysely, sealing }: Database): CrossSigningStore {
  return {
    async load() {
      const row = await kysely.selectFrom("homeserver").select("value").where("name", "=", NAME).executeTakeFirst();
      const text = row && sealing.open(row.value);
      return text === undefined ? undefined : STORED.parse(JSON.parse(text));
    },

    async save(keys) {
      const value = sealing.seal(JSON.stringify(keys));
      await kysely
        .insertInto("homeserver")
        .values({ name: NAME, value })
        .onConflict((conflict) => conflict.column("name").doUpdateSet({ value }))
        .execute();
    },
  };
}
