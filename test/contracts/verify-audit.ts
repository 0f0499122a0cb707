import { expect } from "chai";
import { sql } from "kysely";
import { auditLog } from "../../src/adapters/database/stores/audit-log.ts";
import { connectDatabase, openDatabase } from "../../src/adapters/database/open.ts";
import type { Database } from "../../src/adapters/database/database.ts";
import { verifyAudit } from "../../src/adapters/database/stores/verify-audit.ts";
import type { AuditLog } from "../../src/ports/audit-log.ts";
import { TestClock } from "./stores.ts";

const DAY = 24 * 3600_000;

/** What `roomporter audit verify` finds. @param unguard lets whoever owns the database change what it refuses to change otherwise */
export function verifyAuditContract(
  empty: () => Promise<{ url: string; remove(): Promise<void> }>,
  unguard: readonly string[],
): void {
  let clock: TestClock;
  let url: string;
  let remove: () => Promise<void>;
  let database: Database;
  let log: AuditLog;
  beforeEach(async () => {
    clock = new TestClock();
    ({ url, remove } = await empty());
    database = await openDatabase(url);
    log = auditLog(database, clock);
    for (const actor of ["@a:x", "@b:x", "@c:x", "@d:x"]) {
      await log.record({ action: "export", outcome: "done", door: "http", actor, reasons: ["A"] });
      clock.time += DAY;
    }
  });
  afterEach(async () => {
    await database.close();
    await remove();
  });

  const found = async (...witness: [{ position: number; hash: string }?]): Promise<unknown> => {
    const { ok, rows, removed, broken } = await verifyAudit(url, ...witness);
    return ok ? { rows, removed } : broken;
  };
  const tamper = async (...statements: string[]): Promise<void> => {
    for (const statement of [...unguard, ...statements]) await sql.raw(statement).execute(database.kysely);
  };

  it("is nothing wrong, where nothing was touched", async () => {
    expect(await found()).to.deep.equal({ rows: 4, removed: 0 });
    expect((await verifyAudit(url)).head).to.deep.equal(await log.head());
  });

  for (const [what, change] of Object.entries({
    "who it was": "actor = '@e:x'",
    when: "at = at + 1",
    "what came of it": "outcome = 'refused'",
    "that it had a reason": "reasons = null",
    "a time that is none": "at = 9000000000000000",
    "a list that is none": "reasons = '['",
  }))
    it(`is the row in which somebody changed ${what}`, async () => {
      await tamper(`update audit set ${change} where position = 2`);
      expect(await found()).to.deep.equal({ position: 2, fault: "altered" });
    });

  it("is the row after one that was written anew, with a new hash", async () => {
    await tamper(`update audit set hash = '${"a".repeat(64)}' where position = 2`);
    expect(await found()).to.deep.equal({ position: 2, fault: "altered" });
    await tamper(
      `update audit set (position, hash) = (select 2, hash from audit where position = 3) where position = 2`,
    );
    expect(await found()).to.deep.include({ position: 2 });
  });

  it("is a row that is missing, in the middle, at the end and at the beginning", async () => {
    await tamper("delete from audit where position = 3");
    expect(await found()).to.deep.equal({ position: 3, fault: "missing" });
    await tamper("delete from audit where position = 4");
    expect(await found()).to.deep.equal({ position: 3, fault: "cut_end" });
    await tamper("delete from audit where position = 1");
    expect(await found()).to.deep.equal({ position: 1, fault: "missing" });
    await tamper("delete from audit");
    expect(await found()).to.deep.equal({ position: 1, fault: "cut_end" });
  });

  it("is nothing where retention has removed rows, and it is told how many", async () => {
    expect(await log.trim(clock.time - 4 * DAY)).to.equal(0);
    expect(await log.trim(clock.time - 2.5 * DAY)).to.equal(2);
    expect(await found()).to.deep.equal({ rows: 3, removed: 2 });
    const [row] = await log.list({}, { limit: 1, newestFirst: true });
    expect(row).to.deep.include({ action: "audit_trim", actor: "service", count: 2 });
    clock.time += 100 * DAY;
    expect(await log.trim(clock.time)).to.equal(3);
    expect(await found()).to.deep.equal({ rows: 1, removed: 5 });
    await log.record({ action: "import", outcome: "done", door: "http", actor: "@a:x" });
    expect(await found()).to.deep.equal({ rows: 2, removed: 5 });
  });

  it("is the beginning, where somebody cut it off as if retention had", async () => {
    await tamper(
      "insert into audit_ends select 'anchor', position, hash from audit where position = 2",
      "delete from audit where position <= 2",
    );
    expect(await found()).to.deep.equal({ position: 2, fault: "cut_beginning" });
  });

  it("is an end that was cut off or written anew with all that belongs to it, where the end was noted elsewhere", async () => {
    const witness = await log.head();
    await log.record({ action: "import", outcome: "done", door: "http", actor: "@a:x" });
    expect(await found(witness)).to.deep.equal({ rows: 5, removed: 0 });
    const cut =
      "update audit_ends set position = 3, hash = (select hash from audit where position = 3) where name = 'head'";
    await tamper("delete from audit where position > 3", cut);
    expect(await found()).to.deep.equal({ rows: 3, removed: 0 });
    expect(await found(witness)).to.deep.equal({ position: 4, fault: "cut_end" });
    await log.record({ action: "import", outcome: "done", door: "http", actor: "@b:x" });
    expect(await found()).to.deep.equal({ rows: 4, removed: 0 });
    expect(await found(witness)).to.deep.equal({ position: 4, fault: "not_as_witnessed" });
  });

  it("is nothing to look at in a database that has no audit log", async () => {
    const other = await empty();
    const connected = await connectDatabase(other.url);
    await sql`select 1`.execute(connected.kysely);
    await connected.close();
    const error = await verifyAudit(other.url).catch((thrown: unknown) => thrown);
    expect(error).to.have.property("message").that.contains("no audit log yet");
    await other.remove();
  });
}
