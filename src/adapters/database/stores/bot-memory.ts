import type { Kysely } from "kysely";
import type { BotMemory } from "../../../ports/bot-memory.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Tables } from "../tables.ts";

/** Stands for the id of a room that is being made. */
const IN_THE_MAKING = "";

/** What the bot remembers, in the database. */
export function botMemory(db: Kysely<Tables>, clock: Clock): BotMemory {
  return {
    async directRoom(userId) {
      const row = await db
        .selectFrom("bot_direct_rooms")
        .select("room_id")
        .where("user_id", "=", userId)
        .where("room_id", "!=", IN_THE_MAKING)
        .executeTakeFirst();
      return row?.room_id;
    },

    async setDirectRoom(userId, roomId) {
      await db
        .insertInto("bot_direct_rooms")
        .values({ user_id: userId, room_id: roomId })
        .onConflict((conflict) => conflict.column("user_id").doUpdateSet({ room_id: roomId }))
        .execute();
    },

    async beginDirectRoom(userId) {
      const begun = { room_id: IN_THE_MAKING };
      const result = await db
        .insertInto("bot_direct_rooms")
        .values({ user_id: userId, ...begun })
        .onConflict((conflict) =>
          conflict.column("user_id").doUpdateSet(begun).where("bot_direct_rooms.room_id", "!=", IN_THE_MAKING),
        )
        .executeTakeFirst();
      return Number(result.numInsertedOrUpdatedRows ?? 0) === 0;
    },

    // the inbox keeps what an event was when it has long been handled
    async invitedBefore(roomId, eventId) {
      const row = await db
        .selectFrom("inbox")
        .select("event_id")
        .where("lane", "=", "bot")
        .where("type", "=", "m.room.member")
        .where("room_id", "=", roomId)
        .where("event_id", "!=", eventId)
        .where("handled_at", "is not", null)
        .executeTakeFirst();
      return row !== undefined;
    },

    async jobNotice(jobId) {
      return db
        .selectFrom("bot_notices")
        .select(["room_id", "event_id"])
        .where("job_id", "=", jobId)
        .executeTakeFirst();
    },

    async setJobNotice(jobId, notice) {
      await db
        .insertInto("bot_notices")
        .values({ job_id: jobId, ...notice, created_at: clock.now() })
        .onConflict((conflict) => conflict.column("job_id").doUpdateSet(notice))
        .execute();
    },

    async openNotices() {
      const rows = await db
        .selectFrom("bot_notices")
        .select("job_id")
        .orderBy("created_at")
        .orderBy("job_id")
        .execute();
      return rows.map((row) => row.job_id);
    },

    async removeJobNotice(jobId) {
      await db.deleteFrom("bot_notices").where("job_id", "=", jobId).execute();
    },
  };
}
