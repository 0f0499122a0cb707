import { expect } from "chai";
import { sql } from "kysely";
import type { Database } from "../../../../../src/adapters/database/database.ts";
import { inTransaction } from "../../../../../src/adapters/database/in-transaction.ts";
import { openDatabase } from "../../../../../src/adapters/database/open.ts";
import { StorageError } from "../../../../../src/ports/storage-error.ts";
import { StoreAway } from "../../../../../src/ports/store-away.ts";
import { describeOnPostgres, sharedPostgres } from "../../../../support/shared-postgres.ts";

describeOnPostgres("a PostgreSQL server that is in trouble", () => {
  let database: Database;
  beforeEach(async () => {
    database = await openDatabase(await (await sharedPostgres()).createDatabase());
  });
  afterEach(() => database.close());

  /** The error that the server itself makes, with this SQLSTATE. */
  const raised = (state: string): Promise<unknown> =>
    sql
      .raw(`do $$ begin raise exception 'made up' using errcode = '${state}'; end $$`)
      .execute(database.kysely)
      .catch((error: unknown) => error);

  it("is told by what it says: full, busy or away, or a fault of ours", async () => {
    expect(await raised("53100"))
      .to.be.instanceOf(StorageError)
      .with.property("fault", "full");
    for (const state of ["53300", "53200", "57P03", "55P03", "57014", "40001", "40P01", "25006", "25P03"])
      expect(await raised(state), state).to.be.instanceOf(StoreAway);
    expect(await raised("42P01")).to.have.property("code", "42P01");
  });

  it("has a lock that is not to be had in time", async () => {
    const { kysely } = database;
    const waits = await inTransaction(kysely, async (holder) => {
      await sql`lock table jobs`.execute(holder);
      return await inTransaction(kysely, async (waiter) => {
        await sql`set local lock_timeout = 10`.execute(waiter);
        await sql`lock table jobs`.execute(waiter);
      }).catch((error: unknown) => error);
    });
    expect(waits).to.be.instanceOf(StoreAway);
  });

  it("ends what a process that stands still has begun, so that others get its locks; the process finds out", async () => {
    const { kysely } = database;
    const { rows } = await sql`show idle_in_transaction_session_timeout`.execute(kysely);
    expect(rows).to.deep.equal([{ idle_in_transaction_session_timeout: "10s" }]);
    const outcome = await inTransaction(kysely, async (standing) => {
      await sql`set local idle_in_transaction_session_timeout = 100`.execute(standing);
      await sql`lock table jobs`.execute(standing);
      await inTransaction(kysely, (other) => sql`lock table jobs`.execute(other));
      return await sql`select 1`.execute(standing);
    }).catch((error: unknown) => error);
    expect(outcome).to.be.instanceOf(StoreAway);
    await sql`select 1`.execute(kysely);
  });

  it("is asked again at once where two transactions were in each other's way", async () => {
    const { kysely } = database;
    await sql`create table pair (name text primary key, value integer)`.execute(kysely);
    await sql`insert into pair values ('a', 0), ('b', 0)`.execute(kysely);
    let attempts = 0;
    const both = Promise.withResolvers<undefined>();
    const add = (first: string, second: string): Promise<void> =>
      inTransaction(kysely, async (transaction) => {
        await sql`update pair set value = value + 1 where name = ${first}`.execute(transaction);
        if (++attempts === 2) both.resolve(undefined);
        await both.promise;
        await sql`update pair set value = value + 1 where name = ${second}`.execute(transaction);
      });
    await Promise.all([add("a", "b"), add("b", "a")]);
    const { rows } = await sql`select value from pair`.execute(kysely);
    expect(rows).to.deep.equal([{ value: 2 }, { value: 2 }]);
    expect(attempts).to.be.greaterThan(2);
  });
});
