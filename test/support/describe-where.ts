import { appendFileSync } from "node:fs";

/** Names the file in which the processes of a test run note what they leave out. */
export const LEFT_OUT = "ROOMPORTER_TESTS_LEFT_OUT";

/**
 * Mocha's `describe` for tests that need something of the machine. Where that is `missing` (told in a few words) they are left out,
 * which the run says aloud and in its closing line; under CI=true they fail instead.
 */
export function describeWhere(missing: string | undefined, title: string, tests: (this: Mocha.Suite) => void): void {
  if (missing === undefined) {
    describe(title, tests);
    return;
  }
  if (process.env["CI"] === "true") {
    it(title, () => {
      throw new Error(`CI must run these tests, and this machine has ${missing}`);
    });
    return;
  }
  const suite = describe(title, tests);
  const file = process.env[LEFT_OUT];
  if (file !== undefined) appendFileSync(file, `${suite.total()}\n`);
  const siblings = suite.parent?.suites ?? [];
  siblings.splice(siblings.indexOf(suite), 1);
  const loud = "!".repeat(8);
  process.stderr.write(`${loud} NOT RUN: "${title}": ${missing} ${loud}\n`);
}
