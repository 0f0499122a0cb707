import { expect } from "chai";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { findPostgres } from "../../../scripts/postgres.js";
import { startPostgres, type Postgres } from "../../support/postgres.ts";
import { describeOnPostgres } from "../../support/shared-postgres.ts";

describeOnPostgres("the PostgreSQL of the tests", () => {
  let postgres: Postgres;

  before(async () => {
    postgres = await startPostgres();
  });
  after(() => postgres.close());

  async function ask(url: string, sql: string): Promise<string> {
    const psql = join(findPostgres() ?? "", "psql");
    return (await promisify(execFile)(psql, [url, "-AtXc", sql])).stdout.trim();
  }

  it("makes databases that know nothing of each other, and keeps them over a restart", async () => {
    const [one, other] = [await postgres.createDatabase(), await postgres.createDatabase()];
    await ask(one, "create table kept (n int); insert into kept values (7)");
    expect(await ask(other, "select to_regclass('kept') is null")).to.equal("t");
    await postgres.stop();
    expect(await ask(one, "select 1").catch(() => "away")).to.equal("away");
    await postgres.start();
    expect(await ask(one, "select n from kept")).to.equal("7");
  });
});
