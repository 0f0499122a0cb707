// npm run mutate [AREA…]: changes the code of rules that must not fail, bit by bit, and looks whether a test notices each change
// (StrykerJS, https://stryker-mutator.io). Takes minutes to an hour; not part of npm test. What survives is in .cache/stryker/AREA.html.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installDependencies } from "./dependencies.js";
import { main, Missing, run, TOP } from "./run.js";

const STRYKER = "@stryker-mutator/core@10.1.1";
const FOLDER = join(TOP, ".cache", "stryker");

/** What is changed, and the tests that must notice. @type {Record<string, { mutate: string[], tests: string[] }>} */
const AREAS = {
  policy: { mutate: ["src/policy/**/*.ts"], tests: ["policy", "rooms", "requests"] },
  guard: {
    mutate: ["src/rooms/{room-guard,room-guard-loop,rule-mender,room-closing,empty-room}.ts"],
    tests: ["rooms"],
  },
  replay: { mutate: ["src/imports/plan/**/*.ts"], tests: ["imports"] },
  bundle: { mutate: ["src/bundle/**/*.ts"], tests: ["bundle"] },
  render: { mutate: ["src/render/**/*.ts"], tests: ["render"] },
};

await main(async () => {
  const node = await installDependencies();
  if (!existsSync(join(FOLDER, "node_modules"))) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(join(FOLDER, "package.json"), "{}");
    execFileSync("npm", ["install", "--no-audit", "--no-fund", STRYKER], { cwd: FOLDER, stdio: "inherit" });
  }
  const wanted = process.argv.slice(2);
  for (const area of wanted)
    if (!(area in AREAS)) throw new Missing(`there is no area ${area}: known are ${Object.keys(AREAS).join(", ")}`);
  let failed = 0;
  for (const [area, { mutate, tests }] of Object.entries(AREAS)) {
    if (wanted.length > 0 && !wanted.includes(area)) continue;
    const suites = tests.map((folder) => `"test/unit/${folder}/**/*.test.ts"`).join(" ");
    const config = {
      mutate,
      testRunner: "command",
      // without the hooks of the whole run: none of these tests starts a server
      commandRunner: {
        command: `"${node}" node_modules/mocha/bin/mocha.js --no-config --bail --reporter dot --timeout 10000 ${suites}`,
      },
      plugins: [],
      checkers: [],
      concurrency: Number(process.env["CONCURRENCY"] ?? 2),
      timeoutMS: 20_000,
      reporters: ["clear-text", "html"],
      clearTextReporter: { logTests: false, allowColor: false },
      htmlReporter: { fileName: join(FOLDER, `${area}.html`) },
      tempDirName: join(FOLDER, "tmp"),
      ignorePatterns: [".cache", "bench", "demo", "findings"],
    };
    const file = join(FOLDER, `${area}.json`);
    writeFileSync(file, JSON.stringify(config));
    failed += await run(node, [join(FOLDER, "node_modules/@stryker-mutator/core/bin/stryker.js"), "run", file]);
  }
  return failed === 0 ? 0 : 1;
});
