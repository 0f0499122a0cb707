// npm run torture: the torture tests of `npm test`, five times as long (or `npm run torture 20`). Plain JavaScript without
// packages, for it is what installs them.
import { installDependencies } from "./dependencies.js";
import { installPostgres } from "./postgres.js";
import { main, run } from "./run.js";
import { synapsePython } from "./synapse.js";

await main(async () => {
  const node = await installDependencies();
  synapsePython();
  installPostgres();
  process.env["TORTURE"] = process.argv[2] ?? "5";
  return run(node, ["node_modules/mocha/bin/mocha.js", "test/torture/*.test.ts"]);
});
