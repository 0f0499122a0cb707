import { OLDER_SYNAPSES } from "../../../scripts/synapse.js";
import { findPostgres } from "../../../scripts/postgres.js";
import { sharedPostgres } from "../../support/shared-postgres.ts";
import { startSynapse, type Synapse, type SynapseOptions } from "../../support/synapse.ts";

/** A Synapse that the module is tried with. */
export interface ModuleGround {
  name: string;
  /** why it cannot be started here, in a few words */
  missing?: string | undefined;
  /** can it make rooms of version 12 where another module is asked of each event (`check_event_allowed`)? */
  asksModules: boolean;
  /** does it know `redaction_allowed_period`? */
  limitsRedactions: boolean;
  start(options: SynapseOptions): Promise<Synapse>;
}

export const ON_SQLITE: ModuleGround = {
  name: "the newest Synapse on SQLite",
  asksModules: true,
  limitsRedactions: true,
  start: startSynapse,
};

export const ON_POSTGRES: ModuleGround = {
  name: "the newest Synapse on PostgreSQL",
  asksModules: true,
  limitsRedactions: true,
  missing: findPostgres() === undefined ? "no PostgreSQL (apt install postgresql)" : undefined,
  start: async (options) => startSynapse({ ...options, database: await (await sharedPostgres()).createDatabase() }),
};

/** The oldest has not what the module needs: test/homeservers/module.test.ts. */
const OLDER: ModuleGround[] = OLDER_SYNAPSES.slice(1).map((version) => ({
  name: `Synapse ${version} on SQLite`,
  asksModules: version !== "1.140.0",
  limitsRedactions: false,
  start: (options) => startSynapse({ ...options, version }),
}));

/** Those of `npm test` by default, all of them in `npm run test:homeservers`. */
export const MODULE_GROUNDS: ModuleGround[] = [
  ON_SQLITE,
  ON_POSTGRES,
  ...(process.env["ALL_HOMESERVERS"] === "true" ? OLDER : []),
];
