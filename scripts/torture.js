// npm run torture -- --minutes N --seed S: kills and faults of all kinds for so long, on SQLite and PostgreSQL. Plain JavaScript
// without packages, for it is what installs them.
import { installDependencies } from "./dependencies.js";
import { installPostgres } from "./postgres.js";
import { main, run } from "./run.js";
import { synapsePython } from "./synapse.js";

await main(async () => {
  const node = await installDependencies();
  synapsePython();
  installPostgres();
  return run(node, ["test/torture/main.ts", ...process.argv.slice(2)]);
});
