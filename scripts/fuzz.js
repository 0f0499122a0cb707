// npm run fuzz: the random bundles and rooms of `npm test`, fifty times as many (or `npm run fuzz 1000`; SEED=… repeats a run). Plain
// JavaScript without packages, for it is what installs them.
import { installDependencies } from "./dependencies.js";
import { main, run } from "./run.js";

await main(async () => {
  const node = await installDependencies();
  process.env["FUZZ"] = process.argv[2] ?? "50";
  return run(node, [
    "node_modules/mocha/bin/mocha.js",
    "test/unit/bundle/fuzz.test.ts",
    "test/unit/imports/generations.test.ts",
  ]);
});
