import { expect } from "chai";
import { sql } from "kysely";
import { until } from "../../../support/until.ts";
import { LeaseLost } from "../../../../src/ports/job-store.ts";
import { describeOnPostgres, sharedPostgres } from "../../../support/shared-postgres.ts";
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

const emptyPostgres = async () => {
  const url = await (await sharedPostgres()).createDatabase();
  return { url, remove: () => Promise.resolve() };
};
const openPostgres = opener(emptyPostgres);

describeOnPostgres("PostgreSQL", () => {
  describe("as job store", () => jobStoreContract(openPostgres));
  describe("as import journal", () => importJournalContract(openPostgres));
  describe("as inbox", () => inboxContract(openPostgres));
  describe("as log of the feed for indexers", () => indexLogContract(openPostgres, true));
  describe("as the bot's memory", () => botMemoryContract(openPostgres));
  describe("as record of rooms that were made", () => policyStoreContract(openPostgres));
  describe("as audit log", () => auditLogContract(openPostgres));
  describe("what is wrong with its audit log", () =>
    verifyAuditContract(emptyPostgres, ["alter table audit disable trigger user"]));

  it("lets a run write nothing while somebody else is taking its job", async () => {
    const stores = await openPostgres(new TestClock());
    await stores.jobs.create({ kind: "import", owner: "a", params: {}, room_id: null });
    const run = await stores.jobs.claim("w", 60_000);
    if (!run) throw new Error("nothing to claim");
    const entry = { position: 0, sourceId: "$s", bundleId: "$b", newId: "$n", sender: "@a:x", type: "t", ledger: [] };
    let outcome: unknown = "waits";
    let writing: Promise<void> | undefined;
    await stores.database.kysely.transaction().execute(async (transaction) => {
      await transaction.updateTable("jobs").set({ fence: 2 }).where("id", "=", run.id).execute();
      writing = stores
        .journal(run)
        .record(entry)
        .then(
          () => void (outcome = "written"),
          (error: unknown) => void (outcome = error),
        );
      await until(async () => {
        const { rows } = await sql<{ waiting: number }>`
          select count(*)::int as waiting from pg_stat_activity
          where wait_event_type = 'Lock' and datname = current_database()`.execute(stores.database.kysely);
        return rows[0]?.waiting === 1;
      });
      expect(outcome).to.equal("waits");
    });
    await writing;
    expect(outcome).to.be.instanceOf(LeaseLost);
    expect(await stores.journal(run).position()).to.equal(0);
    await stores.close();
  });

  it("chains audit rows that several processes add at the same time", async () => {
    const stores = await openPostgres(new TestClock());
    const others = await Promise.all([stores.reopen(), stores.reopen()]);
    const writers = [stores, ...others].flatMap(({ audit }) => [audit, audit, audit, audit]);
    const entry = { action: "export", outcome: "done", door: "http", actor: "@ann:x" } as const;
    await Promise.all(writers.map((audit) => audit.record(entry)));
    const rows = await stores.audit.list({}, { limit: 100, newestFirst: false });
    expect(rows).to.have.length(12);
    for (const [index, row] of rows.slice(1).entries()) expect(row.previous_hash).to.equal(rows[index]?.hash);
    await stores.close();
  });

  describe("of a newer version", () => migrateContract(emptyPostgres));
  describe("as memory of the last sweeps", () => sweepTimesContract(openPostgres));
  describe("as memory of what the homeserver does", () => capabilityStoreContract(openPostgres));
  describe("for the keys that sign the service user's devices", () => crossSigningContract(openPostgres));
  describe("as record of where rooms' contents lie", () => bundleRecordsContract(openPostgres));
  describe("counted for the metrics", () => censusContract(openPostgres));
  describe("for the signing keys", () => signingKeysContract(openPostgres));
});
