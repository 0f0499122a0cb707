import { Option, type Command } from "commander";
import { CliError, EXIT } from "../exit.ts";
import type { ServiceClient } from "./service-client.ts";
import type { World } from "../world.ts";

/** How a command finds the service that it talks to. */
export interface ConnectionOptions {
  tenant?: string;
  url?: string;
  token?: string;
}

/** Adds --tenant, --url and --token to a command. */
export function withConnection(command: Command): Command {
  return command
    .optionsGroup("Which service:")
    .addOption(new Option("--tenant <slug>", "a profile made with roomporter tenant add"))
    .addOption(new Option("--url <url>", "the service itself (or ROOMPORTER_URL)"))
    .addOption(new Option("--token <token>", "a Matrix access token or admin token (better: ROOMPORTER_TOKEN)"));
}

/** The service that the options, or else the environment, name. @throws CliError where none is named, or no tenant of that name is known */
export async function connect(options: ConnectionOptions, world: World): Promise<ServiceClient> {
  // commands that need no service start without what it takes to speak with one
  const [{ ServiceClient }, { Tenants }] = await Promise.all([import("./service-client.ts"), import("./tenants.ts")]);
  if (options.tenant !== undefined) {
    if (options.url !== undefined || options.token !== undefined)
      throw new CliError(EXIT.usage, "give either --tenant, or --url and --token");
    const tenant = await new Tenants(world.env).get(options.tenant);
    return new ServiceClient(tenant.url, tenant.token);
  }
  const url = options.url ?? world.env["ROOMPORTER_URL"];
  const token = options.token ?? world.env["ROOMPORTER_TOKEN"];
  if (url && token) return new ServiceClient(checkedUrl(url), token);
  if (url) throw new CliError(EXIT.usage, "a token is missing: set ROOMPORTER_TOKEN, or give --token");
  if (token) throw new CliError(EXIT.usage, "the service's address is missing: set ROOMPORTER_URL, or give --url");
  const known = [...(await new Tenants(world.env).all()).keys()].sort();
  throw new CliError(
    EXIT.usage,
    known.length > 0
      ? `say which service: --tenant with one of ${known.join(", ")}`
      : "say which service: add it with roomporter tenant add SLUG --url URL and give --tenant SLUG, or give --url and --token",
  );
}

/** An http(s) address without a slash at its end. @throws CliError */
export function checkedUrl(text: string): string {
  const url = URL.parse(text);
  if (!url || (url.protocol !== "http:" && url.protocol !== "https:") || url.search || url.hash)
    throw new CliError(
      EXIT.usage,
      `"${text}" is no address of a service: it looks like https://roomporter.example.org`,
    );
  return text.replace(/\/+$/, "");
}
