import { checkFolders } from "./checks/folders.ts";
import type { Finding } from "./checks/finding.ts";
import { checkListeners } from "./checks/listeners.ts";
import { checkPeople } from "./checks/permissions.ts";
import { checkRegistration } from "./checks/registration-match.ts";
import { loadLocatedConfig } from "./load.ts";
import { ConfigError, type Problem } from "./problem.ts";
import { loadLocatedRegistration, type Registration } from "./registration.ts";
import type { Config } from "./schema.ts";
import type { Environment } from "./secret.ts";
import type { LocatedYaml } from "./yaml.ts";

/** What can only be known by asking the homeserver and the database. */
export interface OnlineResult {
  /** at keys of the configuration */
  config: Finding[];
  /** at keys of the registration */
  registration: Finding[];
  facts: string[];
}

export interface ConfigReport {
  /** what the service starts with all the same */
  warnings: Problem[];
  /** what was found to be so, one sentence each */
  facts: string[];
}

export interface CheckOptions {
  environment?: Environment;
  /** asks the homeserver and the database, too */
  online?: (config: Config, registration: Registration) => Promise<OnlineResult>;
}

/**
 * Can the service start with this config file, and with the registration that it names? Writes nothing, and opens its ports for a moment.
 * @throws ConfigError with every problem found, warnings included, where it cannot
 */
export async function checkConfig(path: string, { environment, online }: CheckOptions = {}): Promise<ConfigReport> {
  const located = await loadLocatedConfig(path, environment);
  const { config, yaml } = located;
  const own = [...(await checkFolders(config)), ...checkPeople(config)];
  const registration = await loadLocatedRegistration(config.registration).catch((error: unknown) => {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError([...error.problems, ...problems(yaml, own)]);
  });
  const ports = await checkListeners(config, registration.registration);
  const asked = (await online?.(config, registration.registration)) ?? { config: [], registration: [], facts: [] };
  const match = await checkRegistration(config, registration.registration, registration.yaml.value);
  const found = [
    ...problems(yaml, [...own, ...ports.findings, ...asked.config]),
    ...problems(registration.yaml, [...match, ...asked.registration]),
  ];
  if (found.some(({ warning }) => warning !== true)) throw new ConfigError(found);
  return { warnings: found, facts: [...ports.facts, ...asked.facts] };
}

function problems(yaml: LocatedYaml, findings: readonly Finding[]): Problem[] {
  return findings.map(({ path, message, warning = false }) => ({
    ...yaml.problem(path, message),
    ...(warning && { warning }),
  }));
}
