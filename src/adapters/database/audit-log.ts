import type { Transaction } from "kysely";
import type { AuditEntry, AuditLog } from "../../ports/audit-log.ts";
import type { Clock } from "../../ports/clock.ts";
import { columnsOf, hashOf, NO_HASH, toAuditRow } from "./audit-row.ts";
import type { Database } from "./database.ts";
import type { Tables } from "./tables.ts";

/**
 * Adds a row as a part of a transaction: what it tells of is committed together with it. To be the last thing of that transaction,
 * for until it ends nobody else can add one.
 */
export type AuditWriter = (transaction: Transaction<Tables>, entry: AuditEntry) => Promise<void>;

export function auditWriter(clock: Clock): AuditWriter {
  return async (transaction, entry) => {
    // locks the end of the chain; the hash is still the one of the row before
    const head = await transaction
      .insertInto("audit_ends")
      .values({ name: "head", position: 1, hash: NO_HASH })
      .onConflict((conflict) =>
        conflict.column("name").doUpdateSet((column) => ({ position: column("audit_ends.position", "+", 1) })),
      )
      .returning(["position", "hash"])
      .executeTakeFirstOrThrow();
    const row = { ...columnsOf(entry), position: head.position, at: clock.now(), previous_hash: head.hash };
    const hash = hashOf(row);
    await transaction
      .insertInto("audit")
      .values({ ...row, hash })
      .execute();
    await transaction.updateTable("audit_ends").set({ hash }).where("name", "=", "head").execute();
  };
}

/** The audit log in the database. */
export function auditLog({ kysely }: Database, clock: Clock): AuditLog {
  const write = auditWriter(clock);
  return {
    async record(entry) {
      await kysely.transaction().execute((transaction) => write(transaction, entry));
    },

    async list({ action, outcome, actor, room_id, since, until }, { after, limit, newestFirst }) {
      let query = kysely
        .selectFrom("audit")
        .selectAll()
        .orderBy("position", newestFirst ? "desc" : "asc")
        .limit(limit);
      if (after !== undefined) query = query.where("position", newestFirst ? "<" : ">", after);
      if (action !== undefined) query = query.where("action", "=", action);
      if (outcome !== undefined) query = query.where("outcome", "=", outcome);
      if (actor !== undefined) query = query.where("actor", "=", actor);
      if (room_id !== undefined) query = query.where("room_id", "=", room_id);
      if (since !== undefined) query = query.where("at", ">=", since);
      if (until !== undefined) query = query.where("at", "<", until);
      return (await query.execute()).map(toAuditRow);
    },
  };
}
