/** What a homeserver says of itself. All throw HomeserverError. */
import { isObject, member, stringMember } from "../../../matrix/json.ts";
import { HomeserverError } from "../../../ports/homeserver/homeserver.ts";
import { whoami } from "../accounts.ts";
import type { HomeserverClient } from "../client.ts";

/** The versions of the specification that it supports (`GET /_matrix/client/versions`), oldest first. */
export async function specVersions(client: HomeserverClient): Promise<string[]> {
  const versions = member(await client.call({ method: "GET", path: "/_matrix/client/versions" }), "versions");
  if (!Array.isArray(versions)) throw new HomeserverError(200, "M_UNKNOWN", "the homeserver's answer has no versions");
  return versions.filter((version) => typeof version === "string");
}

/** Its name and version, e.g. `Synapse 1.163.2`; undefined where it does not say on this listener. */
export async function serverSoftware(client: HomeserverClient): Promise<string | undefined> {
  const federation = await answerOf(client, "/_matrix/federation/v1/version");
  const server = isObject(federation) ? member(federation, "server") : undefined;
  if (isObject(server)) return [stringMember(server, "name"), stringMember(server, "version")].join(" ").trim();
  const version = stringMember(await answerOf(client, "/_synapse/admin/v1/server_version"), "server_version");
  return version === undefined ? undefined : `Synapse ${version}`;
}

/** A homeserver that takes longer to say what it is counts as away, in milliseconds. */
export const ANSWER_MS = 10_000;

/** Why the client's token is of no use for Synapse's admin API, which is asked for something harmless; undefined: it is of use. Never rejects. */
export async function adminFault(client: HomeserverClient): Promise<string | undefined> {
  try {
    await client.call({ method: "GET", path: "/_synapse/admin/v1/rooms", query: { limit: 1 } });
    return undefined;
  } catch (error) {
    const status = error instanceof HomeserverError ? error.status : 0;
    if (status === 401) return "the homeserver does not know this token: it was logged out, or is another server's";
    if (error instanceof HomeserverError && error.isUnknownEndpoint)
      return "the homeserver has no admin API of Synapse at homeserver.url: remove this key";
    if (status !== 403) return noHomeserver(error);
    const userId = await whoami(client).catch(() => "somebody");
    return `is the token of ${userId}, who is no server administrator: take an administrator's`;
  }
}

/** Why nothing, or no homeserver, answers at `homeserver.url`. */
export function noHomeserver(error: unknown): string {
  if (!(error instanceof HomeserverError)) return `no answer within ${ANSWER_MS / 1000} seconds`;
  if (error.status === 0) return `${error.message}: start the homeserver, or correct the address`;
  return `does not answer like a homeserver (HTTP ${error.status}): correct the address`;
}

async function answerOf(client: HomeserverClient, path: string): ReturnType<HomeserverClient["call"]> {
  try {
    return await client.call({ method: "GET", path });
  } catch (error) {
    if (error instanceof HomeserverError && [401, 403, 404].includes(error.status)) return null;
    throw error;
  }
}
