import { isObject, parseJson } from "../../../matrix/json.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Inbox } from "../../../ports/inbox.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Database } from "../database.ts";

/**
 * One inbox in the database. Ids of handled events stay: the homeserver may push an event twice. What an event says is sealed; where
 * it was with another secret, it says nothing any more.
 * @param lane who takes out what is put in here; an event is in one of them only
 */
export function inbox({ kysely: db, sealing }: Database, clock: Clock, lane: "bot" | "guard" = "bot"): Inbox {
  return {
    async store(events) {
      if (events.length === 0) return 0;
      return await inTransaction(db, async (transaction) => {
        let fresh = 0;
        const last = await transaction
          .selectFrom("inbox")
          .select((query) => query.fn.max("position").as("position"))
          .executeTakeFirst();
        let position = last?.position ?? 0;
        for (const event of events) {
          const { numInsertedOrUpdatedRows } = await transaction
            .insertInto("inbox")
            .values({
              event_id: event.event_id,
              position: ++position,
              room_id: event.room_id,
              type: event.type,
              sender: event.sender,
              origin_server_ts: event.origin_server_ts,
              state_key: event.state_key ?? null,
              content: sealing.seal(JSON.stringify(event.content)),
              received_at: clock.now(),
              handled_at: null,
              lane,
            })
            .onConflict((conflict) => conflict.column("event_id").doNothing())
            .executeTakeFirst();
          fresh += Number(numInsertedOrUpdatedRows ?? 0);
        }
        return fresh;
      });
    },

    async rooms(limit) {
      const rows = await db
        .selectFrom("inbox")
        .select("room_id")
        .where("lane", "=", lane)
        .groupBy("room_id")
        .orderBy((query) => query.fn.max("position"), "desc")
        .limit(limit)
        .execute();
      return rows.map(({ room_id }) => room_id);
    },

    async heads(except, limit) {
      const waiting = db
        .selectFrom("inbox")
        .selectAll()
        .select((query) =>
          query.fn
            .agg<number>("row_number")
            .over((over) => over.partitionBy("sender").orderBy("position").orderBy("event_id"))
            .as("place"),
        )
        .where("lane", "=", lane)
        .where("handled_at", "is", null);
      const others = except.length === 0 ? waiting : waiting.where("sender", "not in", except);
      const rows = await db
        .selectFrom(others.as("waiting"))
        .selectAll()
        .where("place", "=", 1)
        .orderBy("position")
        .limit(limit)
        .execute();
      return rows.map((row) => {
        const content = parseJson((row.content === null ? undefined : sealing.open(row.content)) ?? "{}");
        return {
          event_id: row.event_id,
          room_id: row.room_id,
          type: row.type,
          sender: row.sender,
          origin_server_ts: row.origin_server_ts,
          ...(row.state_key !== null && { state_key: row.state_key }),
          content: isObject(content) ? content : {},
        };
      });
    },

    async done(eventId) {
      await db
        .updateTable("inbox")
        .set({ content: null, handled_at: clock.now() })
        .where("event_id", "=", eventId)
        .execute();
    },
  };
}
