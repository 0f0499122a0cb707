import type { Kysely, Selectable, Transaction, UpdateResult } from "kysely";
import { parseJson } from "../../../matrix/json.ts";
import { readPolicy } from "../../../policy/room-policy.ts";
import type { AuditEntry } from "../../../ports/audit-log.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { MadeRoom, PolicyStore } from "../../../ports/policy-store.ts";
import { auditWriter } from "./audit-log.ts";
import { inTransaction } from "../in-transaction.ts";
import { prepared } from "../prepared.ts";
import type { MadeRoomsTable, Tables } from "../tables.ts";

/** Rooms that the service made, in the database. */
export function policyStore(db: Kysely<Tables>, clock: Clock): PolicyStore {
  const write = auditWriter(clock);
  /** Changes a row and tells of it, both or neither; nothing where no row is to be changed. */
  const change = (
    told: AuditEntry,
    act: (transaction: Transaction<Tables>) => Promise<UpdateResult>,
  ): Promise<boolean> =>
    inTransaction(db, async (transaction) => {
      const { numUpdatedRows } = await act(transaction);
      if (numUpdatedRows > 0n) await write(transaction, told);
      return numUpdatedRows > 0n;
    });

  return {
    async begin({ id, origin, room_id, owner, policy }) {
      await db
        .insertInto("made_rooms")
        .values({
          id,
          origin,
          room_id,
          owner,
          policy: JSON.stringify(policy),
          created_at: clock.now(),
          closing_at: null,
          closed_at: null,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const made = await db.selectFrom("made_rooms").selectAll().where("id", "=", id).executeTakeFirst();
      // another making has that room: then its record is the room's
      const [row] = made ? [made] : await byRoom(db, { room_id: room_id ?? "" });
      if (!row) throw new Error("a room that was just recorded is not there");
      return toMadeRoom(row);
    },

    made: (id, roomId, told) =>
      change(told, (transaction) =>
        transaction
          .updateTable("made_rooms")
          .set({ room_id: roomId })
          .where("id", "=", id)
          .where("room_id", "is", null)
          .executeTakeFirstOrThrow(),
      ),

    async making(id) {
      const row = await db.selectFrom("made_rooms").selectAll().where("id", "=", id).executeTakeFirst();
      return row && toMadeRoom(row);
    },

    async abandon(id) {
      await db.deleteFrom("made_rooms").where("id", "=", id).where("room_id", "is", null).execute();
    },

    async get(roomId) {
      const [row] = await byRoom(db, { room_id: roomId });
      return row && toMadeRoom(row);
    },

    async open() {
      const rows = await db
        .selectFrom("made_rooms")
        .selectAll()
        .where("closed_at", "is", null)
        .where("room_id", "is not", null)
        .orderBy("created_at")
        .orderBy("id")
        .execute();
      return rows.map((row) => ({ ...toMadeRoom(row), room_id: row.room_id ?? "" }));
    },

    async unmade() {
      const rows = await db
        .selectFrom("made_rooms")
        .selectAll()
        .where("room_id", "is", null)
        .orderBy("created_at")
        .orderBy("id")
        .execute();
      return rows.map(toMadeRoom);
    },

    async setPolicy(roomId, policy, told) {
      await change(told, (transaction) =>
        transaction
          .updateTable("made_rooms")
          .set({ policy: JSON.stringify(policy) })
          .where("room_id", "=", roomId)
          .executeTakeFirstOrThrow(),
      );
    },

    async beginClosing(roomId, told) {
      await change(told, (transaction) =>
        transaction
          .updateTable("made_rooms")
          .set({ closing_at: clock.now() })
          .where("room_id", "=", roomId)
          .where("closing_at", "is", null)
          .where("closed_at", "is", null)
          .executeTakeFirstOrThrow(),
      );
    },

    async closed(roomId, told) {
      await change(told, async (transaction) => {
        await transaction.deleteFrom("room_admissions").where("room_id", "=", roomId).execute();
        return transaction
          .updateTable("made_rooms")
          .set({ closed_at: clock.now() })
          .where("room_id", "=", roomId)
          .where("closed_at", "is", null)
          .executeTakeFirstOrThrow();
      });
    },

    async admitted(roomId) {
      const rows = await db.selectFrom("room_admissions").select("user_id").where("room_id", "=", roomId).execute();
      return rows.map(({ user_id }) => user_id);
    },

    async admit(roomId, userId) {
      await db
        .insertInto("room_admissions")
        .values({ room_id: roomId, user_id: userId })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    async dismiss(roomId, userId) {
      await db.deleteFrom("room_admissions").where("room_id", "=", roomId).where("user_id", "=", userId).execute();
    },
  };
}

const byRoom = prepared((db, { room_id }: { room_id: string }) =>
  db.selectFrom("made_rooms").selectAll().where("room_id", "=", room_id),
);

function toMadeRoom(row: Selectable<MadeRoomsTable>): MadeRoom {
  const { id, room_id, owner, created_at, closing_at, closed_at } = row;
  const origin = row.origin === "imported" ? "imported" : "created";
  return { id, origin, room_id, owner, policy: readPolicy(parseJson(row.policy)), created_at, closing_at, closed_at };
}
