import type { Actions } from "./cli/actions.ts";
import { keepSmall } from "./cli/keep-small.ts";
import { runCli } from "./cli/run.ts";
import { VERSION } from "./app/version.ts";

/** What needs the server's code loads it only then: the other commands start at once. */
const actions: Actions = {
  version: VERSION,

  async serve(configFile) {
    keepSmall();
    const { serve } = await import("./app/serve.ts");
    await serve(configFile);
    // kept-alive connections to the homeserver are not waited for
    setTimeout(() => process.exit(), 500).unref();
  },

  async worker(configFile) {
    keepSmall();
    const { work } = await import("./app/serve.ts");
    await work(configFile);
    setTimeout(() => process.exit(), 500).unref();
  },

  async copyDatabase(from, to) {
    const { copyDatabase } = await import("./adapters/database/copy.ts");
    return await copyDatabase(from, to);
  },

  async confirmClock(configFile) {
    const { loadConfig } = await import("./config/load.ts");
    const { confirmClock } = await import("./adapters/database/confirm-clock.ts");
    return await confirmClock((await loadConfig(configFile)).database.url);
  },

  async auditVerify(configFile, witness) {
    const { loadConfig } = await import("./config/load.ts");
    const { verifyAudit } = await import("./adapters/database/stores/verify-audit.ts");
    const { database } = await loadConfig(configFile);
    return await verifyAudit(database.url, witness);
  },

  async registration({ url, config, output, force = false }) {
    const { loadConfig } = await import("./config/load.ts");
    const { createRegistration, writeRegistration } = await import("./config/registration.ts");
    const { homeserver } = await loadConfig(config);
    await writeRegistration(output, createRegistration(url, homeserver.server_name), { force });
  },

  async configCheck(configFile, { online }) {
    const { checkConfig } = await import("./config/check.ts");
    const { showProblem } = await import("./config/problem.ts");
    const asking = online && { online: (await import("./app/check-online.ts")).checkOnline };
    const { warnings, facts } = await checkConfig(configFile, { ...asking });
    return { warnings: warnings.map(showProblem), facts };
  },
};

process.exitCode = await runCli(process.argv.slice(2), actions);
