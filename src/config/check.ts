import { loadConfig } from "./load.ts";
import { loadRegistration } from "./registration.ts";

/**
 * Can the service start with this config file, and with the registration that it names?
 * @throws ConfigError with every problem found
 */
export async function checkConfig(
  path: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<void> {
  const config = await loadConfig(path, environment);
  await loadRegistration(config.registration);
}
