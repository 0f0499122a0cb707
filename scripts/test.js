// npm test: everything, on a fresh clone. Plain JavaScript without packages, for it is what installs them.
import { join } from "node:path";
import { installDependencies } from "./dependencies.js";
import { motoPython } from "./moto.js";
import { main, run, TOP } from "./run.js";
import { installPostgres } from "./postgres.js";
import { buildWebPage } from "./web-page.js";

await main(async () => {
  const node = await installDependencies();
  motoPython();
  installPostgres();
  await buildWebPage(node);
  // hundreds of processes load the same sources: what Node has compiled of them once, the others take
  process.env["NODE_COMPILE_CACHE"] ??= join(TOP, ".cache", "compile");
  // beside the unit tests, which need none of these
  const installing = run(node, ["scripts/test-servers.js"]);
  const linting = installing.then(() => run("npm", ["run", "--silent", "lint"]));
  let [passed, failed, skipped, tested] = [0, 0, 0, 0];
  /** @param {string[]} folders @param {string[]} options */
  const test = async (folders, options) => {
    const mocha = ["node_modules/mocha/bin/mocha.js", "--reporter", "test/support/reporter.ts", ...options];
    const files = folders.map((folder) => `test/${folder}/**/*.test.ts`);
    // with room for what is short-lived, node collects garbage less often
    const code = await run(node, ["--max-semi-space-size=64", ...mocha, ...files], (message) => {
      const counts = /** @type {Record<"passed" | "failed" | "skipped", number>} */ (message);
      passed += counts.passed;
      failed += counts.failed;
      skipped += counts.skipped;
    });
    tested += code;
  };
  await test(["unit"], ["--parallel", "--jobs", "2"]);
  if ((await installing) !== 0) return 1;
  // side by side, and about as long: the files of one process share its servers, and mostly wait for them
  const first = [
    "appservice",
    "audit",
    "bot",
    "cli",
    "convert",
    "export",
    "faults",
    "gdpr",
    "http",
    "index",
    "storage",
  ];
  const last = ["spaces", "web"];
  const ignored = [...first, ...last].flatMap((folder) => ["--ignore", `test/synapse/${folder}/**`]);
  await Promise.all([
    test(["package", ...first.map((folder) => `synapse/${folder}`)], []),
    test(["synapse"], ignored),
    test(["browser", "torture", "homeservers", ...last.map((folder) => `synapse/${folder}`)], []),
  ]);
  const linted = await linting;
  if (linted !== 0) console.log("npm run lint failed: its message stands above, between the tests.");
  // the lint counts as one check
  passed += linted === 0 ? 1 : 0;
  failed += linted === 0 ? 0 : 1;
  if (tested !== 0 && failed === 0) failed = 1;
  if (skipped > 0)
    console.log(
      `${skipped} tests were NOT RUN: they need what this machine has not. Lines with NOT RUN above say what that is.`,
    );
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  return failed === 0 ? 0 : 1;
});
