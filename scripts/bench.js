// npm run bench, on a fresh clone; npm run bench -- --against FOLDER compares with another checkout. Plain JavaScript without
// packages, for it is what installs them.
import { installDependencies } from "./dependencies.js";
import { installPostgres } from "./postgres.js";
import { main, run } from "./run.js";
import { synapsePython } from "./synapse.js";

await main(async () => {
  const node = await installDependencies();
  synapsePython();
  synapsePython({ complete: true });
  installPostgres();
  const args = process.argv.slice(2);
  if (args.includes("--against")) return run(node, ["bench/against.ts", ...args]);
  const built = await run("npm", ["run", "--silent", "build"]);
  return built === 0 ? run(node, ["bench/main.ts", ...args]) : built;
});
