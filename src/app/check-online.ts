import { sql } from "kysely";
import { whoami } from "../adapters/homeserver/accounts.ts";
import type { HomeserverSettings } from "../adapters/homeserver/access.ts";
import { HomeserverClient } from "../adapters/homeserver/client.ts";
import { Findings } from "../adapters/homeserver/probe/findings.ts";
import { homeserverProbe } from "../adapters/homeserver/probe/homeserver-probe.ts";
import { ANSWER_MS, noHomeserver } from "../adapters/homeserver/probe/identify.ts";
import { trySynapseAdmin } from "../adapters/homeserver/probe/side-calls.ts";
import { homeserverProblems } from "../administration/homeserver-problems.ts";
import { connectDatabase } from "../adapters/database/open.ts";
import type { OnlineResult } from "../config/check.ts";
import type { Registration } from "../config/registration.ts";
import type { Config } from "../config/schema.ts";
import type { Capabilities } from "../ports/homeserver/capabilities.ts";
import { localpartOf, serverOf } from "../matrix/ids.ts";
import { HomeserverError } from "../ports/homeserver/homeserver.ts";
import type { Logger } from "../ports/logger.ts";
import { demandsOf } from "./features/create-homeserver-check.ts";

const SILENT: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A probe is to be over by then, in milliseconds. */
const PROBE_MS = 60_000;
/** The service's database is the service's own: of a check that is killed nothing is noted. */
const UNNOTED = { begin: async () => {}, made: async () => {}, gone: async () => {} };

/** Asks the homeserver, and a database server, whether the configuration and the registration fit them; the homeserver is probed. */
export async function checkOnline(config: Config, registration: Registration): Promise<OnlineResult> {
  const result: OnlineResult = { config: [], registration: [], facts: [] };
  await checkHomeserver(config, registration, result);
  if (!config.database.url.startsWith("sqlite:")) await checkDatabase(config, registration, result);
  return result;
}

async function checkHomeserver(config: Config, registration: Registration, result: OnlineResult): Promise<void> {
  const { url, server_name: serverName, admin_token: adminToken } = config.homeserver;
  const serviceUser = `@${registration.sender_localpart}:${serverName}`;
  const settings = { url, serverName, asToken: registration.as_token, serviceUser, logger: SILENT, adminToken };
  try {
    const capabilities = (await knowsService(settings, result))
      ? await probed(config, settings, result)
      : await adminAlone(settings);
    for (const { key, message } of homeserverProblems(capabilities, demandsOf(config)))
      result.config.push({ path: key.split("."), message });
    result.facts.push(...factsOf(capabilities));
  } catch (error) {
    result.config.push({ path: ["homeserver", "url"], message: `${url}: ${noHomeserver(error)}` });
  }
}

/** Does the homeserver know the service as the configuration does? @throws HomeserverError where it is away, or none */
async function knowsService(settings: HomeserverSettings, result: OnlineResult): Promise<boolean> {
  const { url, asToken, serviceUser } = settings;
  try {
    return compareUser(await whoami(clientOf(url, asToken)), serviceUser, result);
  } catch (error) {
    if (!(error instanceof HomeserverError && error.status === 401)) throw error;
    const message = `the homeserver at ${url} does not know it: name this file in its configuration (Synapse: app_service_config_files) and restart it`;
    result.registration.push({ path: ["as_token"], message });
    return false;
  }
}

async function probed(config: Config, settings: HomeserverSettings, result: OnlineResult): Promise<Capabilities> {
  const ending = new AbortController();
  const end = (): void => ending.abort(new Error("the check was interrupted"));
  const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(PROBE_MS)]);
  process.once("SIGINT", end).once("SIGTERM", end);
  try {
    const roomVersions = [config.import.room_version, config.rooms.room_version];
    const probe = homeserverProbe({ settings, roomVersions, clock: { now: () => Date.now() } });
    const identity = await probe.identify(signal);
    const { software, spec_versions: versions } = identity;
    const last = versions.at(-1) ?? "an unknown version";
    result.facts.unshift(`${settings.url} is ${software ?? "a homeserver"}, with Matrix up to ${last}`);
    return (await probe.probe(identity, UNNOTED, signal)).capabilities;
  } finally {
    process.off("SIGINT", end).off("SIGTERM", end);
  }
}

/** Without the service's token no more can be tried than the administrator's. */
async function adminAlone({ url, adminToken }: HomeserverSettings): Promise<Capabilities> {
  const identity = { software: null, spec_versions: [], room_versions: { default: null, available: [] } };
  const found = new Findings(identity, new AbortController().signal);
  if (adminToken !== undefined) await trySynapseAdmin(clientOf(url, adminToken), found);
  return found.capabilities;
}

/** What was seen to work, and what is missing although the configuration is right. */
function factsOf({ admin_api: api, reasons }: Capabilities): string[] {
  const { admin_api: _, page_limit: _limit, ...missing } = reasons;
  const administrator = api === "synapse" || api === "dendrite";
  return [
    ...(administrator ? ["homeserver.admin_token is that of a server administrator"] : []),
    ...Object.entries(missing).map(([name, reason]) => `${name}: ${reason}`),
  ];
}

function clientOf(url: string, accessToken: string): HomeserverClient {
  const signal = AbortSignal.timeout(ANSWER_MS);
  return new HomeserverClient({ url, accessToken, logger: SILENT, patienceMs: 0, signal });
}

/** @returns does the homeserver know the service as the configuration does? */
function compareUser(userId: string, serviceUser: string, { config, registration, facts }: OnlineResult): boolean {
  if (userId === serviceUser || userId === localpartOf(serviceUser)) {
    facts.push(`the homeserver knows the service as ${serviceUser}`);
    return true;
  }
  const known = `the homeserver knows the service as ${userId}, not as ${serviceUser}`;
  if (localpartOf(userId) === localpartOf(serviceUser))
    config.push({ path: ["homeserver", "server_name"], message: `${known}: did you mean ${serverOf(userId)}?` });
  else registration.push({ path: ["sender_localpart"], message: `${known}: use the same one in both copies` });
  return false;
}

async function checkDatabase({ database }: Config, { as_token }: Registration, result: OnlineResult): Promise<void> {
  const connection = await connectDatabase(database.url, as_token);
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
