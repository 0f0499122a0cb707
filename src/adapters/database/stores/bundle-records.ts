import type { Kysely } from "kysely";
import type { BundleRecords } from "../../../ports/bundle-store.ts";
import type { Tables } from "../tables.ts";

/** Where the content of rooms lies beside the exports of one room, in the database. */
export function bundleRecords(db: Kysely<Tables>): BundleRecords {
  return {
    async addRoom(job_id, room_id) {
      await db
        .insertInto("collection_rooms")
        .values({ job_id, room_id })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    async dropRoom(jobId, roomId) {
      await db.deleteFrom("collection_rooms").where("job_id", "=", jobId).where("room_id", "=", roomId).execute();
    },

    async roomsOf(jobId) {
      const rows = await db.selectFrom("collection_rooms").select("room_id").where("job_id", "=", jobId).execute();
      return rows.map(({ room_id }) => room_id);
    },

    async holding(roomId) {
      const rows = await db.selectFrom("collection_rooms").select("job_id").where("room_id", "=", roomId).execute();
      return rows.map(({ job_id }) => job_id);
    },

    async addCopy(job_id, uri) {
      await db
        .insertInto("delivered_bundles")
        .values({ job_id, uri })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    async dropCopy(uri) {
      await db.deleteFrom("delivered_bundles").where("uri", "=", uri).execute();
    },

    async copiesOf(jobId) {
      const rows = await db.selectFrom("delivered_bundles").select("uri").where("job_id", "=", jobId).execute();
      return rows.map(({ uri }) => uri);
    },

    async copied() {
      const rows = await db.selectFrom("delivered_bundles").select("job_id").distinct().orderBy("job_id").execute();
      return rows.map(({ job_id }) => job_id);
    },
  };
}
