import { findPostgres } from "../../scripts/postgres.js";
import { describeWhere } from "./describe-where.ts";
import { startPostgres, type Postgres } from "./postgres.ts";

let started: Promise<Postgres> | undefined;

/**
 * The one PostgreSQL of a test run, started at the first call; it ends with the test run. Each test takes a database of its own.
 * Never stop it: a test that must do so starts its own.
 */
export function sharedPostgres(): Promise<Postgres> {
  started ??= startPostgres();
  return started;
}

/** For the end of the run, or of one file of tests where files run side by side: the next one starts its own. */
export async function closeSharedPostgres(): Promise<void> {
  const running = started;
  started = undefined;
  await (await running)?.close();
}

/**
 * Mocha's `describe` for tests that need a real PostgreSQL. On a machine that has none they are left out, which the run says
 * aloud and in its closing line; under CI=true they fail instead.
 */
export function describeOnPostgres(title: string, tests: (this: Mocha.Suite) => void): void {
  const missing = findPostgres() === undefined ? "no PostgreSQL (apt install postgresql)" : undefined;
  describeWhere(missing, title, tests);
}
