import { sql } from "kysely";
import { whoami } from "../adapters/homeserver/accounts.ts";
import { HomeserverClient } from "../adapters/homeserver/client.ts";
import {
  adminFault,
  ANSWER_MS,
  noHomeserver,
  serverSoftware,
  specVersions,
} from "../adapters/homeserver/info/server-info.ts";
import { connectDatabase } from "../adapters/database/open.ts";
import type { OnlineResult } from "../config/check.ts";
import type { Registration } from "../config/registration.ts";
import type { Config } from "../config/schema.ts";
import { localpartOf, serverOf } from "../matrix/ids.ts";
import { HomeserverError } from "../ports/homeserver/homeserver.ts";
import type { Logger } from "../ports/logger.ts";

const SILENT: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Asks the homeserver, and a database server, whether the configuration and the registration fit them. */
export async function checkOnline(config: Config, registration: Registration): Promise<OnlineResult> {
  const result: OnlineResult = { config: [], registration: [], facts: [] };
  await checkHomeserver(config, registration, result);
  if (!config.database.url.startsWith("sqlite:")) await checkDatabase(config, registration, result);
  return result;
}

async function checkHomeserver(
  { homeserver }: Config,
  registration: Registration,
  result: OnlineResult,
): Promise<void> {
  const { url, server_name: serverName, admin_token: adminToken } = homeserver;
  const clientOf = (accessToken: string): HomeserverClient =>
    new HomeserverClient({
      url,
      accessToken,
      logger: SILENT,
      patienceMs: 0,
      signal: AbortSignal.timeout(ANSWER_MS),
    });
  const service = clientOf(registration.as_token);
  try {
    const versions = await specVersions(service);
    const software = (await serverSoftware(service).catch(() => undefined)) ?? "a homeserver";
    result.facts.push(`${url} is ${software}, with Matrix up to ${versions.at(-1) ?? "an unknown version"}`);
  } catch (error) {
    // Synapse turns a token that it does not know away even here
    if (statusOf(error) !== 401) {
      result.config.push({ path: ["homeserver", "url"], message: `${url}: ${noHomeserver(error)}` });
      return;
    }
  }
  try {
    const userId = await whoami(service);
    compareUser(userId, `@${registration.sender_localpart}:${serverName}`, result);
  } catch (error) {
    const message = `the homeserver at ${url} does not know it: name this file in its configuration (Synapse: app_service_config_files) and restart it`;
    result.registration.push({ path: ["as_token"], message: statusOf(error) === 401 ? message : noHomeserver(error) });
  }
  if (adminToken === undefined) return;
  const path = ["homeserver", "admin_token"];
  const message = await adminFault(clientOf(adminToken));
  if (message === undefined) result.facts.push("homeserver.admin_token is that of a server administrator");
  else result.config.push({ path, message });
}

function compareUser(userId: string, serviceUser: string, { config, registration, facts }: OnlineResult): void {
  if (userId === serviceUser || userId === localpartOf(serviceUser)) {
    facts.push(`the homeserver knows the service as ${serviceUser}`);
    return;
  }
  const known = `the homeserver knows the service as ${userId}, not as ${serviceUser}`;
  if (localpartOf(userId) === localpartOf(serviceUser))
    config.push({ path: ["homeserver", "server_name"], message: `${known}: did you mean ${serverOf(userId)}?` });
  else registration.push({ path: ["sender_localpart"], message: `${known}: use the same one in both copies` });
}

async function checkDatabase({ database }: Config, { as_token }: Registration, result: OnlineResult): Promise<void> {
  const connection = connectDatabase(database.url, as_token);
  try {
    await sql`select 1`.execute(connection.kysely);
    result.facts.push("the database answers");
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
    const message = `the database does not answer${code}: is it running, are its name, user and password right?`;
    result.config.push({ path: ["database", "url"], message });
  } finally {
    await connection.close();
  }
}

function statusOf(error: unknown): number {
  return error instanceof HomeserverError ? error.status : 0;
}
