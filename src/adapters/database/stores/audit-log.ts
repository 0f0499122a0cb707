import type { Kysely, Transaction } from "kysely";
import type { AuditEntry, AuditLog } from "../../../ports/audit-log.ts";
import type { Clock } from "../../../ports/clock.ts";
import { columnsOf, hashOf, NO_HASH, toAuditRow } from "./audit-row.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Database } from "../database.ts";
import { prepared } from "../prepared.ts";
import type { AuditTable, Tables } from "../tables.ts";

/**
 * Adds a row as a part of a transaction: what it tells of is committed together with it. To be the last thing of that transaction,
 * for until it ends nobody else can add one.
 */
export type AuditWriter = (transaction: Transaction<Tables>, entry: AuditEntry) => Promise<void>;

export function auditWriter(clock: Clock): AuditWriter {
  return async (transaction, entry) => {
    // locks the end of the chain; the hash is still the one of the row before
    const [head] = await lengthen(transaction, { hash: NO_HASH });
    if (!head) throw new Error("the end of the audit log's chain is not to be had");
    const row = { ...columnsOf(entry), position: head.position, at: clock.now(), previous_hash: head.hash };
    const hash = hashOf(row);
    await add(transaction, { ...row, hash });
    await setEnd(transaction, { hash });
  };
}

const lengthen = prepared((db, { hash }: { hash: string }) =>
  db
    .insertInto("audit_ends")
    .values({ name: "head", position: 1, hash })
    .onConflict((conflict) =>
      conflict.column("name").doUpdateSet((column) => ({ position: column("audit_ends.position", "+", 1) })),
    )
    .returning(["position", "hash"]),
);

const add = prepared((db, row: AuditTable) => db.insertInto("audit").values(row));

const setEnd = prepared((db, { hash }: { hash: string }) =>
  db.updateTable("audit_ends").set({ hash }).where("name", "=", "head"),
);

/** The audit log in the database. */
export function auditLog(database: Database, clock: Clock): AuditLog {
  const { kysely } = database;
  const write = auditWriter(clock);
  return {
    async record(entry) {
      await inTransaction(kysely, (transaction) => write(transaction, entry));
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

    async head() {
      return kysely.selectFrom("audit_ends").select(["position", "hash"]).where("name", "=", "head").executeTakeFirst();
    },

    async trim(before) {
      return inTransaction(kysely, async (transaction) => {
        await database.oneAtATime(transaction, "audit trim");
        const last = await lastBefore(transaction, before);
        if (!last) return 0;
        await write(transaction, {
          action: "audit_trim",
          outcome: "done",
          door: "service",
          actor: "service",
          count: last.position,
        });
        await transaction
          .insertInto("audit_ends")
          .values({ name: "anchor", ...last })
          .onConflict((conflict) => conflict.column("name").doUpdateSet(last))
          .execute();
        const { numDeletedRows } = await transaction
          .deleteFrom("audit")
          .where("position", "<=", last.position)
          .executeTakeFirstOrThrow();
        return Number(numDeletedRows);
      });
    },
  };
}

/** The last row of those at the beginning of the chain that are all from before that time. */
async function lastBefore(db: Kysely<Tables>, before: number): Promise<{ position: number; hash: string } | undefined> {
  const younger = db.selectFrom("audit").select("position").where("at", ">=", before).orderBy("position").limit(1);
  const first = await younger.executeTakeFirst();
  let older = db.selectFrom("audit").select(["position", "hash"]).orderBy("position", "desc").limit(1);
  if (first) older = older.where("position", "<", first.position);
  return older.executeTakeFirst();
}
