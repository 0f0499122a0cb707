import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "chai";
import { sql } from "kysely";
import type { Database } from "../../../../../src/adapters/database/database.ts";
import { openDatabase } from "../../../../../src/adapters/database/open.ts";
import { jobStore } from "../../../../../src/adapters/database/stores/job-store.ts";
import type { Job, JobStore } from "../../../../../src/ports/job-store.ts";
import { StorageError } from "../../../../../src/ports/storage-error.ts";
import { StoreAway } from "../../../../../src/ports/store-away.ts";
import { TestClock } from "../../../../contracts/stores.ts";
import { turns } from "../../../../support/until.ts";

describe("a SQLite file", () => {
  let folder: string;
  let database: Database;
  let jobs: JobStore;
  let other: DatabaseSync;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomporter-locked-"));
    database = await openDatabase(`sqlite:${folder}/test.db`);
    jobs = jobStore(database, new TestClock());
    other = new DatabaseSync(`${folder}/test.db`);
  });
  afterEach(async () => {
    other.close();
    await database.close();
    await rm(folder, { recursive: true });
  });

  const create = (id: string): Promise<Job> =>
    jobs.create({ id, kind: "export", owner: "@ann:x", params: {}, room_id: null });
  const failure = (act: Promise<unknown>): Promise<unknown> =>
    act.then(
      () => undefined,
      (error: unknown) => error,
    );

  describe("that another process has locked", () => {
    it("is waited for while everything else goes on, reading it too", async () => {
      await create("before");
      other.exec("begin immediate");
      const begun: string[] = [];
      const writes = [
        create("after").then(() => begun.push("transaction")),
        jobs.expire(1).then(() => begun.push("statement")),
        database.unflushed(async () => undefined).then(() => begun.push("unflushed")),
      ];
      await turns(100);
      expect(await jobs.get("before")).to.have.property("id", "before");
      expect(begun).to.deep.equal([]);
      other.exec("commit");
      await Promise.all(writes);
      expect(begun).to.have.members(["transaction", "statement", "unflushed"]);
      expect(await jobs.get("after")).to.have.property("id", "after");
      const { rows } = await sql`PRAGMA synchronous`.execute(database.kysely);
      expect(rows).to.deep.equal([{ synchronous: 2 }]);
    });

    it("is given up in the end, by all who wait at the same time", async () => {
      other.exec("begin immediate");
      const errors = await Promise.all([failure(create("a")), failure(create("b")), failure(jobs.expire(1))]);
      for (const error of errors) expect(error).to.be.instanceOf(StoreAway);
      other.exec("rollback");
      expect(await create("a")).to.have.property("id", "a");
    });
  });

  it("says that its disk is full, keeps nothing of what did not fit, and goes on when there is room", async () => {
    const pages = (name: string): Promise<unknown> => sql.raw(`PRAGMA ${name}`).execute(database.kysely);
    await pages("max_page_count = 1");
    const params = { long: "x".repeat(100_000) };
    const large = jobs.create({ id: "large", kind: "export", owner: "@ann:x", params, room_id: null });
    expect(await failure(large))
      .to.be.instanceOf(StorageError)
      .with.property("fault", "full");
    await pages("max_page_count = 1000000");
    expect(await jobs.get("large")).to.equal(undefined);
    expect(await create("small")).to.have.property("id", "small");
  });
});
