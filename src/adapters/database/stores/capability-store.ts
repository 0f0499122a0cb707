import type { Kysely } from "kysely";
import { z } from "zod";
import type { CapabilityStore, StoredCapabilities } from "../../../ports/homeserver/capability-store.ts";
import { CAPABILITIES } from "../../../ports/homeserver/capabilities.ts";
import type { HomeserverTable, Tables } from "../tables.ts";

const STORED = z.object({
  capabilities: CAPABILITIES,
  asked: z.string(),
  complete: z.boolean(),
}) satisfies z.ZodType<StoredCapabilities>;
const ROOM = z.object({ room_id: z.string().nullable() });

/** What was found out about the homeserver, in the database. */
export function capabilityStore(db: Kysely<Tables>): CapabilityStore {
  /** undefined: there is none, or one that another version of the service has written */
  const read = async <T>(name: HomeserverTable["name"], shape: z.ZodType<T>): Promise<T | undefined> => {
    const row = await db.selectFrom("homeserver").select("value").where("name", "=", name).executeTakeFirst();
    return row && shape.safeParse(JSON.parse(row.value)).data;
  };
  const write = async (name: HomeserverTable["name"], content: object): Promise<void> => {
    const value = JSON.stringify(content);
    await db
      .insertInto("homeserver")
      .values({ name, value })
      .onConflict((conflict) => conflict.column("name").doUpdateSet({ value }))
      .execute();
  };
  return {
    read: () => read("capabilities", STORED),
    save: (stored) => write("capabilities", stored),
    probeRoom: async () => (await read("probe_room", ROOM))?.room_id,
    async setProbeRoom(roomId) {
      if (roomId === undefined) await db.deleteFrom("homeserver").where("name", "=", "probe_room").execute();
      else await write("probe_room", { room_id: roomId });
    },
  };
}
