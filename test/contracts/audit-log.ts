import { createHash } from "node:crypto";
import { expect } from "chai";
import { canonicalJson } from "../../src/matrix/json.ts";
import type { AuditEntry, AuditFilter, AuditRow } from "../../src/ports/audit-log.ts";
import type { Job } from "../../src/ports/job-store.ts";
import { TestClock, type OpenedStores, type OpenStores } from "./stores.ts";

const ENTRY: AuditEntry = { action: "export", outcome: "done", door: "http", actor: "@ann:x" };

/** What every AuditLog does. */
export function auditLogContract(open: OpenStores): void {
  const clock = new TestClock();
  let stores: OpenedStores;
  beforeEach(async () => {
    stores = await open(clock);
  });
  afterEach(() => stores.close());

  const all = (filter: AuditFilter = {}): Promise<AuditRow[]> =>
    stores.audit.list(filter, { limit: 1000, newestFirst: false });

  it("keeps what was recorded, chained by hashes that anybody can check", async () => {
    const at = new Date(clock.time).toISOString();
    await stores.audit.record(ENTRY);
    const full = {
      on_behalf_of: "@bob:x",
      room_id: "!abc:x",
      target: "@cat:y.org:8448",
      job_id: "0123456789abcdef",
      reasons: ["M_FORBIDDEN", "scope_incognito"],
      details: ["purged"] as const,
      count: 3,
    };
    await stores.audit.record({ ...ENTRY, ...full, actor: "admin:back up", outcome: "refused" });
    const rows = await (await stores.reopen()).audit.list({}, { limit: 10, newestFirst: false });
    const what = { action: "export", door: "http", at };
    const [first, second] = rows;
    const zeros = "0".repeat(64);
    expect(rows).to.deep.equal([
      { ...what, position: 1, outcome: "done", actor: "@ann:x", previous_hash: zeros, hash: first?.hash },
      {
        ...{ ...what, ...full, position: 2, outcome: "refused", actor: "admin:back up" },
        previous_hash: first?.hash,
        hash: second?.hash,
      },
    ]);
    for (const { hash, ...rest } of rows) {
      const json = canonicalJson(rest);
      expect(createHash("sha256").update(json).digest("hex")).to.equal(hash);
    }
  });

  it("leaves out what is no id and no code, and says so", async () => {
    const secret = "meet me at the old mill";
    await stores.audit.record({
      ...ENTRY,
      actor: `@${secret}:x`,
      on_behalf_of: secret,
      room_id: `!${secret}:x`,
      target: `@ann:${secret}`,
      job_id: secret,
      reasons: [secret, "M_FORBIDDEN"],
    });
    await stores.audit.record({ ...ENTRY, room_id: `!${"a".repeat(300)}` });
    const [first, second] = await all();
    expect(first).to.deep.include({ actor: "unknown", reasons: ["M_FORBIDDEN"], details: ["malformed_id"] });
    expect(Object.keys(first ?? {})).to.not.include.members(["on_behalf_of", "room_id", "target", "job_id"]);
    expect(second?.details).to.deep.equal(["malformed_id"]);
    const rows = await stores.database.kysely.selectFrom("audit").selectAll().execute();
    expect(JSON.stringify(rows)).to.not.contain("mill");
  });

  it("chains rows that come at the same time, one after the other", async () => {
    const ten = Array.from({ length: 10 }, () => stores.audit.record(ENTRY));
    await Promise.all(ten);
    const rows = await all();
    expect(rows.map(({ position }) => position)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const [index, row] of rows.slice(1).entries()) expect(row.previous_hash).to.equal(rows[index]?.hash);
  });

  it("gives pages in both directions, and what a filter asks for", async () => {
    const start = clock.time;
    for (const [index, outcome] of (["done", "refused", "failed"] as const).entries()) {
      clock.time = start + index * 1000;
      await stores.audit.record({ ...ENTRY, outcome, room_id: `!r${index}:x`, actor: `@u${index}:x` });
    }
    await stores.audit.record({ ...ENTRY, action: "import", actor: "@u0:x" });
    const positions = async (filter: AuditFilter): Promise<number[]> => (await all(filter)).map((row) => row.position);
    expect(await positions({ action: "import" })).to.deep.equal([4]);
    expect(await positions({ outcome: "done" })).to.deep.equal([1, 4]);
    expect(await positions({ actor: "@u0:x", outcome: "done" })).to.deep.equal([1, 4]);
    expect(await positions({ room_id: "!r1:x" })).to.deep.equal([2]);
    expect(await positions({ since: start + 1000, until: start + 2000 })).to.deep.equal([2]);
    const page = async (after: number | undefined, newestFirst: boolean): Promise<number[]> =>
      (await stores.audit.list({}, { after, limit: 2, newestFirst })).map((row) => row.position);
    expect(await page(undefined, true)).to.deep.equal([4, 3]);
    expect(await page(3, true)).to.deep.equal([2, 1]);
    expect(await page(2, false)).to.deep.equal([3, 4]);
    expect(await page(4, false)).to.deep.equal([]);
  });

  it("refuses that a row is changed or removed", async () => {
    await stores.audit.record(ENTRY);
    const db = stores.database.kysely;
    const failure = (act: Promise<unknown>): Promise<string> =>
      act.then(
        () => "",
        (error: unknown) => (error as Error).message,
      );
    expect(await failure(db.updateTable("audit").set({ actor: "@eve:x" }).execute())).to.contain("append-only");
    expect(await failure(db.deleteFrom("audit").execute())).to.contain("append-only");
    expect(await all()).to.have.length(1);
  });

  describe("with jobs", () => {
    const [A, B] = ["a".repeat(16), "b".repeat(16)] as const;
    const granted: AuditEntry = { ...ENTRY, outcome: "granted" };
    const create = (id: string, atMost?: number): Promise<Job> =>
      stores.jobs.create({ id, kind: "export", owner: "@ann:x", params: {}, room_id: "!r:x" }, atMost, granted);
    const claim = async (): Promise<Job> => {
      const job = await stores.jobs.claim("w", 60_000);
      if (!job) throw new Error("nothing to claim");
      return job;
    };
    const progress = { done: 1, total: 1, unit: "events" } as const;
    const told = async (): Promise<string[]> =>
      (await all()).map((row) => `${row.action} ${row.outcome} ${row.job_id}`);

    it("records a job's start, end and retry together with them", async () => {
      await create(A);
      const run = await claim();
      await stores.jobs.finish(run, "failed", { progress }, { ...ENTRY, outcome: "failed", door: "service" });
      await stores.jobs.retry(A, 1, { ...ENTRY, action: "job_retry" });
      expect(await told()).to.deep.equal([`export granted ${A}`, `export failed ${A}`, `job_retry done ${A}`]);
      expect((await all()).map((row) => row.room_id)).to.deep.equal(["!r:x", "!r:x", "!r:x"]);
    });

    it("records nothing of what did not happen", async () => {
      await create(A, 1);
      await create(B, 1).catch(() => undefined);
      const run = await claim();
      await stores.jobs.finish(run, "succeeded", { progress }, ENTRY);
      await stores.jobs.finish(run, "succeeded", { progress }, ENTRY).catch(() => undefined);
      await stores.jobs.retry(A, 1, { ...ENTRY, action: "job_retry" });
      await stores.jobs.requestCancel(A, false, { wish: { ...ENTRY, action: "job_cancel" }, end: ENTRY });
      expect(await told()).to.deep.equal([`export granted ${A}`, `export done ${A}`]);
    });

    it("changes nothing that cannot be recorded", async () => {
      await stores.database.kysely.schema.dropTable("audit_ends").execute();
      expect(await create(A).catch(() => "failed")).to.equal("failed");
      expect(await stores.jobs.get(A)).to.equal(undefined);
    });

    it("records who wished a job to end, and its end only where it ends with that", async () => {
      const audit = { wish: { ...ENTRY, action: "job_cancel" }, end: { ...ENTRY, outcome: "cancelled" } } as const;
      await create(A);
      await create(B);
      const run = await claim();
      await stores.jobs.requestCancel(A, false, audit);
      await stores.jobs.requestCancel(B, false, audit);
      expect((await told()).slice(2)).to.deep.equal([
        `job_cancel done ${A}`,
        `job_cancel done ${B}`,
        `export cancelled ${B}`,
      ]);
      expect(run.id).to.equal(A);
    });
  });
}
