// npm run pictures: takes the pictures of the README anew, on a fresh clone. Plain JavaScript without packages, for it installs them.
import { installBrowsers } from "./browsers.js";
import { installDependencies } from "./dependencies.js";
import { main, run } from "./run.js";
import { synapsePython } from "./synapse.js";
import { buildWebPage } from "./web-page.js";

await main(async () => {
  const node = await installDependencies();
  synapsePython();
  installBrowsers();
  await buildWebPage(node);
  return run(node, ["demo/pictures.ts"]);
});
