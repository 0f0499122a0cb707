// What the behaviour tests run against, installed where it is missing: a step of npm test, beside its unit tests.
import { installBrowsers } from "./browsers.js";
import { nioPython } from "./nio.js";
import { main } from "./run.js";
import { schemathesisPython } from "./schemathesis.js";
import { OLDER_SYNAPSES, synapsePython } from "./synapse.js";

await main(() => {
  synapsePython();
  synapsePython({ complete: true });
  synapsePython({ version: OLDER_SYNAPSES[0] });
  nioPython();
  schemathesisPython();
  installBrowsers();
  return Promise.resolve(0);
});
