import { createHash } from "node:crypto";
import { type Kysely, type Selectable, type Transaction } from "kysely";
import { objectMember, parseJson, stringMember, type JsonObject } from "../../../matrix/json.ts";
import type { LedgerEntry } from "../../../bundle/manifest/manifest.ts";
import { importId, type ImportJournal, type JournalEntry } from "../../../ports/import-journal.ts";
import { LeaseLost, type Lease } from "../../../ports/job-store.ts";
import { inTransaction } from "../in-transaction.ts";
import { prepared } from "../prepared.ts";
import type { Database } from "../database.ts";
import { original, storable, storableKey } from "../storable.ts";
import type { ImportEventsTable, Tables } from "../tables.ts";

/** Rows of one statement: databases bound its values. */
const ROWS = 100;

/**
 * The journal of one import, in the database, as one run of it writes: each write is a part of a transaction in which that run
 * still holds the job.
 * @param part where a job makes several rooms: which of them, from 0
 */
export function importJournal(database: Database, { id, fence }: Lease, part?: number): ImportJournal {
  const jobId = importId(id, part);
  const { kysely: db, sealing } = database;
  const blind = (text: string): string => sealing.blind(storable(text));

  /** Does this run still hold the job? Then nobody else can take it before the transaction ends. @throws LeaseLost */
  const requireHeld = async (transaction: Transaction<Tables>): Promise<void> => {
    if ((await held(transaction, { id, fence })).length === 0) throw new LeaseLost(id);
  };
  const held = prepared((transaction, lease: Lease) =>
    transaction
      .selectFrom("jobs")
      .select("id")
      .where("id", "=", lease.id)
      .where("fence", "=", lease.fence)
      .where("state", "=", "running")
      .modifyEnd(database.locked),
  );

  const write = <T>(act: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> =>
    inTransaction(db, async (transaction) => {
      await requireHeld(transaction);
      return act(transaction);
    });

  /** What belongs to an entry in other rows. */
  const addBeside = async (transaction: Kysely<Tables>, entry: JournalEntry): Promise<void> => {
    const { redacts, reaction } = entry;
    if (redacts !== undefined)
      await transaction
        .updateTable("import_events")
        .set({ redaction_done: 1 })
        .where("job_id", "=", jobId)
        .where("source_id", "=", storableKey(redacts))
        .execute();
    if (reaction)
      await transaction
        .insertInto("import_reactions")
        .values({ job_id: jobId, target: storableKey(reaction.target), key: blind(reaction.key) })
        .onConflict((on) => on.doNothing())
        .execute();
    for (const line of entry.ledger) await addLine(transaction, jobId, line, entry.position);
  };

  const addAll = async (transaction: Transaction<Tables>, entries: readonly JournalEntry[]): Promise<void> => {
    const [first] = entries;
    if (first && entries.length === 1) await addOne(transaction, toRow(jobId, first));
    else
      for (let start = 0; start < entries.length; start += ROWS) {
        const rows = entries.slice(start, start + ROWS).map((entry) => toRow(jobId, entry));
        await transaction.insertInto("import_events").values(rows).execute();
      }
    for (const entry of entries) await addBeside(transaction, entry);
  };

  return {
    async room() {
      const row = await db.selectFrom("import_rooms").select("room_id").where("job_id", "=", jobId).executeTakeFirst();
      return row?.room_id ?? undefined;
    },

    async roomBegun() {
      const row = await db.selectFrom("import_rooms").select("job_id").where("job_id", "=", jobId).executeTakeFirst();
      return row !== undefined;
    },

    beginRoom: () =>
      write(async (transaction) => {
        const result = await transaction
          .insertInto("import_rooms")
          .values({ job_id: jobId, room_id: null })
          .onConflict((on) => on.doNothing())
          .executeTakeFirst();
        return Number(result.numInsertedOrUpdatedRows ?? 0) === 0;
      }),

    setRoom: (roomId) =>
      write(async (transaction) => {
        const room = { room_id: roomId };
        await transaction.updateTable("import_rooms").set(room).where("job_id", "=", jobId).execute();
        await transaction
          .updateTable("jobs")
          .set(room)
          .where("id", "=", part === 0 ? id : jobId)
          .execute();
      }),

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

    record: (...entries) =>
      database.unflushed(async (transaction) => {
        await requireHeld(transaction);
        await addAll(transaction, entries);
      }),

    recordAll: (entries) => write((transaction) => addAll(transaction, entries)),

    async find(id) {
      for (const column of ["source_id", "bundle_id"] as const) {
        const row = await db
          .selectFrom("import_events")
          .selectAll()
          .where("job_id", "=", jobId)
          .where(column, "=", storableKey(id))
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
        .where("target", "=", storableKey(target))
        .where("key", "=", blind(key))
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

    setUpload: (sha256, uri) =>
      write(async (transaction) => {
        await transaction
          .insertInto("import_uploads")
          .values({ job_id: jobId, sha256, uri })
          .onConflict((on) => on.doNothing())
          .execute();
      }),

    addLedger: (entry) => write((transaction) => addLine(transaction, jobId, entry, -1)),

    async ledger() {
      const rows = await db
        .selectFrom("import_ledger")
        .select("entry")
        .where("job_id", "=", jobId)
        .orderBy("position")
        .orderBy("digest")
        .execute();
      return rows.flatMap((row) => toLine(row.entry));
    },

    async keyHolders() {
      const rows = await db
        .selectFrom("import_key_holders")
        .select(["user_id", "device_id", "all_keys"])
        .where("job_id", "=", jobId)
        .orderBy("user_id")
        .orderBy("device_id")
        .execute();
      return rows.map(({ all_keys, ...device }) => ({ ...device, all: all_keys !== 0 }));
    },

    addKeyHolders: (holders) =>
      write(async (transaction) => {
        for (const { user_id, device_id, all } of holders)
          await transaction
            .insertInto("import_key_holders")
            .values({ job_id: jobId, user_id, device_id, all_keys: all ? 1 : 0 })
            .onConflict((on) => on.doNothing())
            .execute();
      }),

    async counts() {
      const events = await db
        .selectFrom("import_events")
        .select((query) => [query.fn.countAll<number>().as("all"), query.fn.count<number>("new_id").as("sent")])
        .where("job_id", "=", jobId)
        .where("position", ">=", 0)
        .executeTakeFirstOrThrow();
      const uploads = await db
        .selectFrom("import_uploads")
        .select((query) => query.fn.countAll<number>().as("files"))
        .where("job_id", "=", jobId)
        .executeTakeFirstOrThrow();
      return { sent: events.sent, left_out: events.all - events.sent, files: uploads.files };
    },
  };
}

/** As events are noted down that were sent one by one. */
const addOne = prepared((db, row: ImportEventsTable) => db.insertInto("import_events").values(row));

async function addLine(db: Kysely<Tables>, jobId: string, line: LedgerEntry, position: number): Promise<void> {
  const entry = JSON.stringify(line);
  const digest = createHash("sha256").update(entry).digest("hex");
  await db
    .insertInto("import_ledger")
    .values({ job_id: jobId, digest, entry, position })
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
    source_id: storableKey(entry.sourceId),
    bundle_id: storableKey(entry.bundleId),
    new_id: entry.newId,
    sender: storable(entry.sender),
    type: storable(entry.type),
    redacted_by: entry.redacted ? storable(entry.redacted.by) : null,
    redaction_done: entry.redacted?.done ? 1 : 0,
    redaction_target: entry.redacted ? JSON.stringify(entry.redacted.target) : null,
  };
}

function toEntry(row: Selectable<ImportEventsTable>): JournalEntry {
  const entry: JournalEntry = {
    position: row.position,
    sourceId: original(row.source_id),
    bundleId: original(row.bundle_id),
    newId: row.new_id,
    sender: original(row.sender),
    type: original(row.type),
    ledger: [],
  };
  if (row.redacted_by !== null && row.redaction_target !== null)
    entry.redacted = {
      by: original(row.redacted_by),
      done: row.redaction_done !== 0,
      target: targetOf(row.redaction_target),
    };
  return entry;
}

function targetOf(text: string): JsonObject {
  return objectMember({ target: parseJson(text) }, "target") ?? {};
}
