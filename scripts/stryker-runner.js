// A test runner for StrykerJS: mocha in the process, and for each change only the tests that reach it. StrykerJS's own one for mocha
// does not know mocha 12. https://stryker-mutator.io/docs/stryker-js/guides/create-a-plugin/
import { globSync } from "node:fs";
import Mocha from "mocha";

/** Where the changed code finds out which change holds, and says what has been reached. @typedef {{ activeMutant?: string | undefined, currentTestId?: string | undefined, mutantCoverage?: { perTest: Record<string, Record<string, number>> }, hitCount?: number | undefined, hitLimit?: number | undefined }} Changes */
/** @type {Changes} */
const changes = /** @type {{ __stryker__?: Changes }} */ (globalThis).__stryker__ ?? {};
/** @type {{ __stryker__?: Changes }} */ (globalThis).__stryker__ = changes;

/** @typedef {{ id: string, name: string, status: 0 | 1, timeSpentMs: number, failureMessage: string }} Result */

class InProcess {
  #loaded = false;
  #mocha = new Mocha({ timeout: 10_000, reporter: Mocha.reporters.Base }).cleanReferencesAfterRun(false);

  /** @param {{ spec: string[] }} options */
  constructor({ spec }) {
    for (const file of globSync(spec).sort()) this.#mocha.addFile(file);
  }

  capabilities() {
    // a module is loaded once
    return { reloadEnvironment: false };
  }

  async init() {
    await Promise.resolve();
  }

  async dryRun() {
    await this.#mocha.loadFilesAsync();
    this.#loaded = true;
    const tests = await this.#run(false);
    return { status: "complete", tests, mutantCoverage: changes.mutantCoverage };
  }

  /** @param {{ activeMutant: { id: string }, testFilter?: string[], hitLimit?: number, mutantActivation: "static" | "runtime" }} request */
  async mutantRun({ activeMutant, testFilter, hitLimit, mutantActivation }) {
    changes.hitLimit = hitLimit;
    changes.hitCount = hitLimit === undefined ? undefined : 0;
    if (!this.#loaded) {
      changes.activeMutant = mutantActivation === "static" ? activeMutant.id : undefined;
      try {
        await this.#mocha.loadFilesAsync();
      } catch (error) {
        return { status: "killed", killedBy: ["loading"], failureMessage: String(error), nrOfTests: 1 };
      }
      this.#loaded = true;
    }
    changes.activeMutant = activeMutant.id;
    const names = testFilter?.map((name) => `(?:^${name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}$)`);
    this.#mocha.grep(new RegExp(names?.join("|") ?? ""));
    const tests = await this.#run(true);
    if (hitLimit !== undefined && (changes.hitCount ?? 0) > hitLimit) return { status: "timeout", reason: "no end" };
    const failed = tests.find(({ status }) => status === 1);
    if (failed === undefined) return { status: "survived", nrOfTests: tests.length };
    return { status: "killed", killedBy: [failed.id], failureMessage: failed.failureMessage, nrOfTests: tests.length };
  }

  /** @param {boolean} bail @returns {Promise<Result[]>} */
  async #run(bail) {
    /** @param {Mocha.Suite} suite */
    const setBail = (suite) => {
      suite.bail(bail);
      suite.suites.forEach(setBail);
    };
    setBail(this.#mocha.suite);
    /** @type {Result[]} */
    const results = [];
    /** @param {Mocha.Runnable} of @param {string} failureMessage */
    const add = (of, failureMessage = "") => {
      const id = of.fullTitle();
      results.push({
        id,
        name: id,
        status: failureMessage === "" ? 0 : 1,
        timeSpentMs: of.duration ?? 0,
        failureMessage,
      });
    };
    await new Promise((resolve) => {
      const runner = this.#mocha.run(resolve);
      // what a hook reaches, the tests that it runs for reach
      runner.on("hook", (hook) => (changes.currentTestId = hookId(hook)));
      runner.on("hook end", (hook) => {
        changes.currentTestId = undefined;
        shareReached(hook);
      });
      runner.on("test", (test) => (changes.currentTestId = test.fullTitle()));
      runner.on("test end", () => (changes.currentTestId = undefined));
      runner.on("pass", (test) => add(test));
      runner.on("fail", (of, error) => add(of, String(error)));
    });
    return results;
  }

  async dispose() {
    // the process ends
    await Promise.resolve();
  }
}

/** @param {Mocha.Hook} hook */
const hookId = (hook) => `${hook.fullTitle()} (hook)`;

/** @param {Mocha.Hook} hook */
function shareReached(hook) {
  const perTest = changes.mutantCoverage?.perTest;
  const reached = perTest?.[hookId(hook)];
  if (perTest === undefined || reached === undefined) return;
  delete perTest[hookId(hook)];
  hook.parent?.eachTest((test) => {
    const own = (perTest[test.fullTitle()] ??= {});
    for (const [mutant, hits] of Object.entries(reached)) own[mutant] = (own[mutant] ?? 0) + hits;
  });
}

/** @param {{ inProcess: { spec: string[] } }} options */
const create = (options) => new InProcess(options.inProcess);
create.inject = ["options"];
export const strykerValidationSchema = { properties: { inProcess: { type: "object" } } };
export const strykerPlugins = [{ kind: "TestRunner", name: "in-process", factory: create }];
