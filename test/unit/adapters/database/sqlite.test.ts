import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { sql } from "kysely";
import { inbox } from "../../../../src/adapters/database/stores/inbox.ts";
import { jobStore } from "../../../../src/adapters/database/stores/job-store.ts";
import { openDatabase } from "../../../../src/adapters/database/open.ts";
import type { Clock } from "../../../../src/ports/clock.ts";
import { auditLogContract } from "../../../contracts/audit-log.ts";
import { botMemoryContract } from "../../../contracts/bot-memory.ts";
import { capabilityStoreContract } from "../../../contracts/capability-store.ts";
import { crossSigningContract } from "../../../contracts/cross-signing.ts";
import { censusContract } from "../../../contracts/census.ts";
import { opener, TestClock } from "../../../contracts/stores.ts";
import { importJournalContract } from "../../../contracts/import-journal.ts";
import { inboxContract } from "../../../contracts/inbox.ts";
import { indexLogContract } from "../../../contracts/index-log.ts";
import { jobStoreContract } from "../../../contracts/job-store.ts";
import { migrateContract } from "../../../contracts/migrate.ts";
import { policyStoreContract } from "../../../contracts/policy-store.ts";
import { signingKeysContract } from "../../../contracts/signing-keys.ts";
import { bundleRecordsContract } from "../../../contracts/bundle-records.ts";
import { sweepTimesContract } from "../../../contracts/sweep-times.ts";
import { verifyAuditContract } from "../../../contracts/verify-audit.ts";

const emptySqlite = async () => {
  const folder = await mkdtemp(join(tmpdir(), "roomporter-database-"));
  return { url: `sqlite:${folder}/sub/test.db`, remove: () => rm(folder, { recursive: true }) };
};
const openSqlite = opener(emptySqlite);

describe("SQLite", () => {
  describe("as job store", () => jobStoreContract(openSqlite));
  describe("as import journal", () => importJournalContract(openSqlite));
  describe("as inbox", () => inboxContract(openSqlite));
  describe("as log of the feed for indexers", () => indexLogContract(openSqlite, false));
  describe("as the bot's memory", () => botMemoryContract(openSqlite));
  describe("as record of rooms that were made", () => policyStoreContract(openSqlite));
  describe("as audit log", () => auditLogContract(openSqlite));
  describe("what is wrong with its audit log", () =>
    verifyAuditContract(emptySqlite, [
      "drop trigger if exists audit_no_update",
      "drop trigger if exists audit_no_delete",
    ]));
  describe("of a newer version", () => migrateContract(emptySqlite));
  describe("as memory of the last sweeps", () => sweepTimesContract(openSqlite));
  describe("as memory of what the homeserver does", () => capabilityStoreContract(openSqlite));
  describe("for the keys that sign the service user's devices", () => crossSigningContract(openSqlite));
  describe("as record of where rooms' contents lie", () => bundleRecordsContract(openSqlite));
  describe("counted for the metrics", () => censusContract(openSqlite));
  describe("for the signing keys", () => signingKeysContract(openSqlite));

  describe("as a file", () => {
    const clock: Clock = new TestClock();
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "roomporter-database-"));
    });
    afterEach(() => rm(folder, { recursive: true }));

    it("is for its owner alone, checks foreign keys, and syncs what it commits", async () => {
      const database = await openDatabase(`sqlite:${folder}/test.db`);
      const db = database.kysely;
      expect((await stat(join(folder, "test.db"))).mode & 0o777).to.equal(0o600);
      const pragma = async (name: string): Promise<unknown> =>
        Object.values((await sql<Record<string, unknown>>`${sql.raw(`PRAGMA ${name}`)}`.execute(db)).rows[0] ?? {})[0];
      expect(await pragma("journal_mode")).to.equal("wal");
      expect(await pragma("foreign_keys")).to.equal(1);
      expect(await pragma("synchronous")).to.equal(2);
      await database.close();
    });

    it("holds nothing of an event that is done", async () => {
      const database = await openDatabase(`sqlite:${folder}/test.db`);
      const db = database.kysely;
      const box = inbox(database, clock);
      const about = { room_id: "!r:x", type: "m.room.message", sender: "@ann:x", origin_server_ts: 1 };
      await box.store([{ event_id: "$a", ...about, content: { body: "!export something secret" } }]);
      await box.done("$a");
      expect((await db.selectFrom("inbox").selectAll().execute())[0]).to.deep.include({
        event_id: "$a",
        content: null,
      });
      await database.close();
    });

    it("runs a transaction whole or not at all, also with others at the same time", async () => {
      const database = await openDatabase(`sqlite:${folder}/test.db`);
      const db = database.kysely;
      const jobs = jobStore(database, clock);
      const failing = db.transaction().execute(async (transaction) => {
        await transaction.deleteFrom("jobs").execute();
        throw new Error("no");
      });
      const created = jobs.create({ kind: "import", owner: "a", params: {}, room_id: null });
      expect(await failing.catch(() => "rolled back")).to.equal("rolled back");
      expect(await jobs.get((await created).id)).to.not.equal(undefined);
      await database.close();
    });
  });
});
