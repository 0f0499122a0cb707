import { randomBytes } from "node:crypto";
import type { Kysely, Transaction } from "kysely";
import type { IndexLog } from "../../../ports/index-log.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Tables } from "../tables.ts";

/** Rows of one statement. */
const ROWS = 500;

/** The log of the feed for indexers, in the database. */
export function indexLog(db: Kysely<Tables>): IndexLog {
  /** The next `count` positions. Whoever has taken some is alone until the transaction ends: positions appear in their order. */
  const take = async (transaction: Transaction<Tables>, count: number): Promise<number> => {
    const { position } = await transaction
      .updateTable("index_feed")
      .set((column) => ({ position: column("position", "+", count) }))
      .returning("position")
      .executeTakeFirstOrThrow();
    return position - count;
  };
  const isOpen = async (transaction: Transaction<Tables>, roomId: string): Promise<boolean | undefined> => {
    const row = await transaction
      .selectFrom("index_rooms")
      .select("open")
      .where("room_id", "=", roomId)
      .executeTakeFirst();
    return row && row.open !== 0;
  };
  const setOpen = async (transaction: Transaction<Tables>, roomId: string, open: number): Promise<void> => {
    await transaction
      .insertInto("index_rooms")
      .values({ room_id: roomId, open, mark: null })
      .onConflict((conflict) => conflict.column("room_id").doUpdateSet({ open, mark: null }))
      .execute();
  };

  return {
    head: () => db.selectFrom("index_feed").select(["id", "position"]).executeTakeFirst(),

    async begin() {
      await db
        .insertInto("index_feed")
        .values({ one: 1, id: randomBytes(8).toString("hex"), position: 0 })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return db.selectFrom("index_feed").select(["id", "position"]).executeTakeFirstOrThrow();
    },

    async append(pointers) {
      const unknown = new Set<string>();
      for (let from = 0; from < pointers.length; from += ROWS) {
        const some = pointers.slice(from, from + ROWS);
        await inTransaction(db, async (transaction) => {
          let position = await take(transaction, some.length);
          const rooms = new Map<string, boolean>();
          for (const roomId of new Set(some.map(({ room_id }) => room_id))) {
            const open = await isOpen(transaction, roomId);
            if (open === undefined) unknown.add(roomId);
            rooms.set(roomId, open === true);
          }
          const rows = some
            .filter(({ room_id }) => rooms.get(room_id))
            .map(({ room_id, event_id, subject }) => ({ position: ++position, room_id, event_id, subject }));
          if (rows.length === 0) return;
          await transaction
            .insertInto("index_entries")
            .values(rows)
            .onConflict((conflict) => conflict.columns(["room_id", "event_id"]).doNothing())
            .execute();
        });
      }
      return [...unknown];
    },

    async room(roomId) {
      const row = await db
        .selectFrom("index_rooms")
        .select(["open", "mark"])
        .where("room_id", "=", roomId)
        .executeTakeFirst();
      return row && { open: row.open !== 0, mark: row.mark };
    },

    async openRooms() {
      const rows = await db.selectFrom("index_rooms").select("room_id").where("open", "=", 1).execute();
      return rows.map(({ room_id }) => room_id);
    },

    async open(roomId) {
      await inTransaction(db, async (transaction) => {
        await take(transaction, 0);
        if (!(await isOpen(transaction, roomId))) await setOpen(transaction, roomId, 1);
      });
    },

    async shut(roomId) {
      await inTransaction(db, async (transaction) => {
        const position = (await take(transaction, 1)) + 1;
        const open = await isOpen(transaction, roomId);
        if (open === false) return;
        await setOpen(transaction, roomId, 0);
        if (open === undefined) return;
        await transaction.deleteFrom("index_entries").where("room_id", "=", roomId).execute();
        await transaction
          .insertInto("index_entries")
          .values({ position, room_id: roomId, event_id: null, subject: null })
          .execute();
      });
    },

    async setMark(roomId, mark) {
      await db.updateTable("index_rooms").set({ mark }).where("room_id", "=", roomId).where("open", "=", 1).execute();
    },

    async read(after, limit) {
      // an entry is about its subject's subject: the redaction of an edit is about what was edited
      const rows = await db
        .selectFrom("index_entries as entry")
        .leftJoin("index_entries as about", (join) =>
          join.onRef("about.room_id", "=", "entry.room_id").onRef("about.event_id", "=", "entry.subject"),
        )
        .leftJoin("index_entries as last", (join) =>
          join.onRef("last.room_id", "=", "about.room_id").onRef("last.event_id", "=", "about.subject"),
        )
        .select(["entry.position", "entry.room_id", "entry.event_id", "last.event_id as subject"])
        .where("entry.position", ">", after)
        .orderBy("entry.position")
        .limit(limit)
        .execute();
      return rows.map(({ position, room_id, event_id, subject }) => ({
        position,
        room_id,
        subject: event_id === null ? null : (subject ?? undefined),
      }));
    },
  };
}
