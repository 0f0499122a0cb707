// npm run test:homeservers [-- --kills N] [-- mocha's options]: the same story on every supported homeserver, and the module for
// Synapse on each version that it was tried with. Installs Synapse in four
// versions; Dendrite takes part where DENDRITE_BINARY or DENDRITE_SOURCE names it. Plain JavaScript without packages, for it is what
// installs them.
import { dendriteBinary } from "./dendrite.js";
import { installDependencies } from "./dependencies.js";
import { installPostgres } from "./postgres.js";
import { main, run } from "./run.js";
import { schemathesisPython } from "./schemathesis.js";
import { OLDER_SYNAPSES, synapsePython } from "./synapse.js";

await main(async () => {
  const node = await installDependencies();
  synapsePython();
  synapsePython({ complete: true });
  for (const version of OLDER_SYNAPSES) synapsePython({ version });
  schemathesisPython();
  installPostgres();
  dendriteBinary();
  const [options, kills] = without(process.argv.slice(2), "--kills");
  process.env["ALL_HOMESERVERS"] = "true";
  if (kills !== undefined) process.env["KILLS"] = kills;
  const mocha = ["node_modules/mocha/bin/mocha.js", "--reporter", "spec", ...options];
  return run(node, [...mocha, "test/homeservers/*.test.ts", "test/synapse/batches/*.test.ts"]);
});

/**
 * Takes an option and its value out of what was given.
 * @param {string[]} given
 * @param {string} option
 * @returns {[string[], string | undefined]}
 */
function without(given, option) {
  const at = given.indexOf(option);
  return at < 0 ? [given, undefined] : [given.toSpliced(at, 2), given[at + 1]];
}
