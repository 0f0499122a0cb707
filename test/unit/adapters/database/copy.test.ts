import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { auditLog } from "../../../../src/adapters/database/stores/audit-log.ts";
import { botMemory } from "../../../../src/adapters/database/stores/bot-memory.ts";
import { copyDatabase } from "../../../../src/adapters/database/copy.ts";
import { importJournal } from "../../../../src/adapters/database/stores/import-journal.ts";
import { inbox } from "../../../../src/adapters/database/stores/inbox.ts";
import { jobStore } from "../../../../src/adapters/database/stores/job-store.ts";
import { openDatabase } from "../../../../src/adapters/database/open.ts";
import { signingKeys } from "../../../../src/adapters/database/stores/signing-keys.ts";
import type { Lease } from "../../../../src/ports/job-store.ts";
import { describeOnPostgres, sharedPostgres } from "../../../support/shared-postgres.ts";
import { TestClock } from "../../../contracts/stores.ts";

const EVENTS = 1203;

describeOnPostgres("moving from SQLite to PostgreSQL", () => {
  const clock = new TestClock();
  let folder: string;
  let from: string;
  let to: string;
  let run: Lease;
  let key: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomporter-copy-"));
    from = `sqlite:${folder}/a.db`;
    to = await (await sharedPostgres()).createDatabase();
    await fill();
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function fill(): Promise<void> {
    const database = await openDatabase(from);
    const jobs = jobStore(database, clock);
    await jobs.create({ id: "half", kind: "import", owner: "@ann:x", params: { é: [1.5, null] }, room_id: null });
    const job = await jobs.claim("w", 1);
    if (!job) throw new Error("no job");
    run = job;
    await jobs.heartbeat(run, 1, { done: EVENTS, total: 2000, unit: "events", rate: 2.5 });
    await jobs.create({ id: "next", kind: "export", owner: "@bob:x", params: {}, room_id: "!r:x" });
    const journal = importJournal(database, run);
    await journal.beginRoom();
    await journal.setRoom("!new:x");
    await database.kysely.transaction().execute(async (transaction) => {
      const row = { job_id: "half", new_id: null, sender: "@a:x", type: "t", redacted_by: null, redaction_done: 0 };
      for (let position = 0; position < EVENTS; position++)
        await transaction
          .insertInto("import_events")
          .values({ ...row, position, source_id: `$s${position}`, bundle_id: `$b${position}`, redaction_target: null })
          .execute();
    });
    await journal.setUpload("ab", "mxc://x/y");
    await journal.addLedger({ code: "c", message: "m" });
    await inbox(database, clock).store([
      { event_id: "$e", room_id: "!r:x", type: "t", sender: "@a:x", origin_server_ts: 1_800_000_000_000, content: {} },
    ]);
    await botMemory(database.kysely, clock).setDirectRoom("@ann:x", "!d:x");
    await auditLog(database, clock).record({ action: "import", outcome: "granted", door: "http", actor: "@ann:x" });
    key = (await signingKeys(database, clock).signer()).publicKey;
    await database.close();
  }

  const failureOf = (copying: Promise<unknown>): Promise<string> =>
    copying.then(
      () => "",
      (error: unknown) => (error as Error).message,
    );

  it("copies every table, so that the jobs go on", async () => {
    const counts = await copyDatabase(from, to);
    expect(counts).to.deep.equal({
      jobs: 2,
      inbox: 1,
      bot_direct_rooms: 1,
      bot_notices: 0,
      homeserver: 0,
      import_rooms: 1,
      import_events: EVENTS,
      import_reactions: 0,
      import_uploads: 1,
      import_ledger: 1,
      import_key_holders: 0,
      made_rooms: 0,
      audit: 1,
      audit_ends: 1,
      index_feed: 0,
      index_rooms: 0,
      index_entries: 0,
      signing_keys: 1,
      room_admissions: 0,
      sweeps: 0,
      collection_rooms: 0,
      delivered_bundles: 0,
    });
    const database = await openDatabase(to);
    expect((await signingKeys(database, clock).signer()).publicKey).to.equal(key);
    const jobs = jobStore(database, clock);
    const again = await jobs.claim("w", 60_000);
    expect(again).to.deep.include({ id: "half", fence: 2, room_id: "!new:x", params: { é: [1.5, null] } });
    expect(again?.progress).to.deep.equal({ done: EVENTS, total: 2000, unit: "events", rate: 2.5 });
    const journal = importJournal(database, again ?? run);
    expect(await journal.position()).to.equal(EVENTS);
    expect(await journal.find("$b1202")).to.deep.include({ sourceId: "$s1202", position: 1202 });
    expect(await journal.ledger()).to.deep.equal([{ code: "c", message: "m" }]);
    expect((await inbox(database, clock).heads([], 1))[0]?.origin_server_ts).to.equal(1_800_000_000_000);
    expect(await jobs.claim("w", 60_000)).to.deep.include({ id: "next" });
    await database.close();
  });

  it("refuses a target that is not empty, and leaves it alone", async () => {
    const database = await openDatabase(to);
    const jobs = jobStore(database, clock);
    await jobs.create({ id: "mine", kind: "export", owner: "@a:x", params: {}, room_id: null });
    expect(await failureOf(copyDatabase(from, to))).to.contain("not empty");
    expect(await jobs.get("half")).to.equal(undefined);
    expect(await jobs.get("mine")).to.not.equal(undefined);
    await database.close();
  });

  it("refuses a source that is in use, and one that is not SQLite", async () => {
    const running = await openDatabase(from);
    expect(await failureOf(copyDatabase(from, to))).to.contain("stop the service first");
    await running.close();
    expect(await failureOf(copyDatabase(to, to))).to.contain("sqlite:PATH");
    expect(await failureOf(copyDatabase(from, from))).to.contain("postgres://");
    const nowhere = `${folder}/nowhere.db`;
    expect(await failureOf(copyDatabase(`sqlite:${nowhere}`, to))).to.contain("ENOENT");
    expect(existsSync(nowhere)).to.equal(false);
    const absent = "postgres://ann:hunter2@127.0.0.1:1/x";
    expect(await failureOf(copyDatabase(from, absent))).to.match(/^the target does not answer: (?!.*hunter2)/);
    await copyDatabase(from, to);
  });
});
