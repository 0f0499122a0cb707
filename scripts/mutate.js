// npm run mutate [AREA…] [FILE…]: changes the code of rules that must not fail, bit by bit, and looks whether a test notices each change
// (StrykerJS, https://stryker-mutator.io). Takes minutes to an hour; not part of npm test. What survives is in .cache/stryker/AREA.html.
// With files (paths or patterns below src/), only these of the one area are changed.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installDependencies } from "./dependencies.js";
import { main, Missing, run, TOP } from "./run.js";

const STRYKER = { "@stryker-mutator/core": "10.1.1" };
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
  installStryker();
  const files = process.argv.slice(2).filter((word) => word.startsWith("src/"));
  const wanted = process.argv.slice(2).filter((word) => !word.startsWith("src/"));
  for (const area of wanted)
    if (!(area in AREAS)) throw new Missing(`there is no area ${area}: known are ${Object.keys(AREAS).join(", ")}`);
  if (files.length > 0 && wanted.length !== 1) throw new Missing("name the one area that the files are in: AREA FILE…");
  let failed = 0;
  for (const [area, { mutate, tests }] of Object.entries(AREAS)) {
    if (wanted.length > 0 && !wanted.includes(area)) continue;
    const config = {
      mutate: files.length > 0 ? files : mutate,
      // without the hooks of the whole run: none of these tests starts a server
      testRunner: "in-process",
      inProcess: { spec: tests.map((folder) => `test/unit/${folder}/**/*.test.ts`) },
      coverageAnalysis: "perTest",
      plugins: [join(TOP, "scripts", "stryker-runner.js")],
      checkers: [],
      concurrency: Number(process.env["CONCURRENCY"] ?? 2),
      timeoutMS: 10_000,
      dryRunTimeoutMinutes: 30,
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

function installStryker() {
  const manifest = join(FOLDER, "package.json");
  const wanted = JSON.stringify({ private: true, dependencies: STRYKER });
  mkdirSync(FOLDER, { recursive: true });
  try {
    if (readFileSync(manifest, "utf8") === wanted) return;
  } catch {
    // not installed yet
  }
  writeFileSync(manifest, wanted);
  execFileSync("npm", ["install", "--no-audit", "--no-fund"], { cwd: FOLDER, stdio: "inherit" });
}
