import { sql, type Kysely, type Selectable } from "kysely";
import { objectMember, parseJson, stringMember, type JsonObject } from "../../matrix/json.ts";
import type { LedgerEntry } from "../../bundle/manifest.ts";
import type { ImportJournal, JournalEntry } from "../../ports/import-journal.ts";
import type { ImportEventsTable, Tables } from "./tables.ts";

/** The journal of one import, in the database. */
export function importJournal(db: Kysely<Tables>, jobId: string): ImportJournal {
  return {
    async room() {
      const row = await db.selectFrom("import_rooms").select("room_id").where("job_id", "=", jobId).executeTakeFirst();
      return row?.room_id ?? undefined;
    },

    async beginRoom() {
      const row = { job_id: jobId, room_id: null };
      const result = await db
        .insertInto("import_rooms")
        .values(row)
        .onConflict((on) => on.doNothing())
        .executeTakeFirst();
      return Number(result.numInsertedOrUpdatedRows ?? 0) === 0;
    },

    async setRoom(roomId) {
      await db.updateTable("import_rooms").set({ room_id: roomId }).where("job_id", "=", jobId).execute();
    },

    async position() {
      const row = await db
        .selectFrom("import_events")
        .select((query) => query.fn.max("position").as("last"))
        .where("job_id", "=", jobId)
        .executeTakeFirst();
      // without a row the greatest position is null, whatever the type says
      const last = row?.last as number | null | undefined;
      return (last ?? -1) + 1;
    },

    async record(entry) {
      await unflushed(db, async (transaction) => {
        await transaction.insertInto("import_events").values(toRow(jobId, entry)).execute();
        if (entry.redacts !== undefined)
          await transaction
            .updateTable("import_events")
            .set({ redaction_done: 1 })
            .where("job_id", "=", jobId)
            .where("source_id", "=", entry.redacts)
            .execute();
        if (entry.reaction)
          await transaction
            .insertInto("import_reactions")
            .values({ job_id: jobId, ...entry.reaction })
            .onConflict((on) => on.doNothing())
            .execute();
        for (const line of entry.ledger) await addLine(transaction, jobId, line, entry.position);
      });
    },

    async find(id) {
      for (const column of ["source_id", "bundle_id"] as const) {
        const row = await db
          .selectFrom("import_events")
          .selectAll()
          .where("job_id", "=", jobId)
          .where(column, "=", id)
          .executeTakeFirst();
        if (row) return toEntry(row);
      }
      return undefined;
    },

    async hasReaction(target, key) {
      const row = await db
        .selectFrom("import_reactions")
        .select("key")
        .where("job_id", "=", jobId)
        .where("target", "=", target)
        .where("key", "=", key)
        .executeTakeFirst();
      return row !== undefined;
    },

    async upload(sha256) {
      const row = await db
        .selectFrom("import_uploads")
        .select("uri")
        .where("job_id", "=", jobId)
        .where("sha256", "=", sha256)
        .executeTakeFirst();
      return row?.uri;
    },

    async setUpload(sha256, uri) {
      const row = { job_id: jobId, sha256, uri };
      await db
        .insertInto("import_uploads")
        .values(row)
        .onConflict((on) => on.doNothing())
        .execute();
    },

    async addLedger(entry) {
      await addLine(db, jobId, entry, -1);
    },

    async ledger() {
      const rows = await db
        .selectFrom("import_ledger")
        .select("entry")
        .where("job_id", "=", jobId)
        .orderBy("position")
        .orderBy("entry")
        .execute();
      return rows.flatMap((row) => toLine(row.entry));
    },

    async counts() {
      const events = await db
        .selectFrom("import_events")
        .select((query) => [query.fn.countAll().as("all"), query.fn.count("new_id").as("sent")])
        .where("job_id", "=", jobId)
        .executeTakeFirstOrThrow();
      const uploads = await db
        .selectFrom("import_uploads")
        .select((query) => query.fn.countAll().as("files"))
        .where("job_id", "=", jobId)
        .executeTakeFirstOrThrow();
      const sent = Number(events.sent);
      return { sent, left_out: Number(events.all) - sent, files: Number(uploads.files) };
    },
  };
}

/**
 * A transaction that does not wait for the disk: a crash of the process loses nothing, a power cut what was written since the job's
 * progress was last stored (a second). The events themselves are in the room then, and are found there.
 */
async function unflushed(db: Kysely<Tables>, act: (transaction: Kysely<Tables>) => Promise<void>): Promise<void> {
  await db.connection().execute(async (connection) => {
    await sql`PRAGMA synchronous = NORMAL`.execute(connection);
    try {
      await connection.transaction().execute(act);
    } finally {
      await sql`PRAGMA synchronous = FULL`.execute(connection);
    }
  });
}

async function addLine(db: Kysely<Tables>, jobId: string, entry: LedgerEntry, position: number): Promise<void> {
  const row = { job_id: jobId, entry: JSON.stringify(entry), position };
  await db
    .insertInto("import_ledger")
    .values(row)
    .onConflict((on) => on.doNothing())
    .execute();
}

function toLine(text: string): LedgerEntry[] {
  const value = parseJson(text);
  const code = stringMember(value, "code");
  const message = stringMember(value, "message");
  const eventId = stringMember(value, "event_id");
  const uri = stringMember(value, "uri");
  if (code === undefined || message === undefined) return [];
  return [{ code, message, ...(eventId !== undefined && { event_id: eventId }), ...(uri !== undefined && { uri }) }];
}

function toRow(jobId: string, entry: JournalEntry): ImportEventsTable {
  return {
    job_id: jobId,
    position: entry.position,
    source_id: entry.sourceId,
    bundle_id: entry.bundleId,
    new_id: entry.newId,
    sender: entry.sender,
    type: entry.type,
    redacted_by: entry.redacted?.by ?? null,
    redaction_done: entry.redacted?.done ? 1 : 0,
    redaction_target: entry.redacted ? JSON.stringify(entry.redacted.target) : null,
  };
}

function toEntry(row: Selectable<ImportEventsTable>): JournalEntry {
  const entry: JournalEntry = {
    position: row.position,
    sourceId: row.source_id,
    bundleId: row.bundle_id,
    newId: row.new_id,
    sender: row.sender,
    type: row.type,
    ledger: [],
  };
  if (row.redacted_by !== null && row.redaction_target !== null)
    entry.redacted = { by: row.redacted_by, done: row.redaction_done !== 0, target: targetOf(row.redaction_target) };
  return entry;
}

function targetOf(text: string): JsonObject {
  return objectMember({ target: parseJson(text) }, "target") ?? {};
}
