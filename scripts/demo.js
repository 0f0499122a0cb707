// npm run demo, on a fresh clone. Plain JavaScript without packages, for it is what installs them.
import { installDependencies } from "./dependencies.js";
import { main, run } from "./run.js";
import { buildWebPage } from "./web-page.js";
import { synapsePython } from "./synapse.js";

await main(async () => {
  const node = await installDependencies();
  synapsePython();
  await buildWebPage(node);
  return run(node, ["demo/main.ts", ...process.argv.slice(2)]);
});
