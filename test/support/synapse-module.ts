import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Synapse } from "./synapse.ts";

/** The package of the project's module for Synapse. */
export const MODULE = fileURLToPath(new URL("../../synapse-module", import.meta.url));

/** A module of the tests, for Synapses that have the project's: `module:` of an entry in homeserver.yaml. */
export const TEST_MODULE = "roomporter_test.TestModule";
export const TEST_MODULES = fileURLToPath(new URL("synapse-modules", import.meta.url));

/** Keys of homeserver.yaml: the module, for the application service of this id. @param more of its configuration */
export function moduleFor(
  appservice: string,
  more: { allow_untried?: boolean } = {},
): { modules: { module: string; config: Record<string, unknown> }[] } {
  return { modules: [{ module: "roomporter_synapse.RoomporterModule", config: { appservice, ...more } }] };
}

/** At its next start, this homeserver has the module, or not. */
export function setModule(synapse: Pick<Synapse, "dir">, appservice: string | undefined): void {
  const file = join(synapse.dir, "homeserver.yaml");
  const config = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  const modules = appservice === undefined ? { modules: [] } : moduleFor(appservice);
  writeFileSync(file, JSON.stringify({ ...config, ...modules }, null, 1));
}
