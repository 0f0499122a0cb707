/** What a homeserver says of itself. All throw HomeserverError. */
import { isObject, member, stringMember } from "../../matrix/json.ts";
import { HomeserverError } from "../../ports/homeserver/homeserver.ts";
import type { HomeserverClient } from "./client.ts";

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

/** Asks Synapse's admin API for something harmless. @throws HomeserverError 401, 403; 404 where there is no such API */
export async function requireServerAdmin(client: HomeserverClient): Promise<void> {
  await client.call({ method: "GET", path: "/_synapse/admin/v1/rooms", query: { limit: 1 } });
}

async function answerOf(client: HomeserverClient, path: string): ReturnType<HomeserverClient["call"]> {
  try {
    return await client.call({ method: "GET", path });
  } catch (error) {
    if (error instanceof HomeserverError && [401, 403, 404].includes(error.status)) return null;
    throw error;
  }
}
