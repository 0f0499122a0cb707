/** What a homeserver says of itself. All throw HomeserverError. */
import { isObject, objectMember, stringMember } from "../../../matrix/json.ts";
import { HomeserverError } from "../../../ports/homeserver/homeserver.ts";
import type { Identity } from "../../../ports/homeserver/homeserver-probe.ts";
import { arrayOf } from "../answers.ts";
import { path, pathFederation, type HomeserverClient } from "../client.ts";

/** A homeserver that takes longer to say what it is counts as away, in milliseconds. */
export const ANSWER_MS = 10_000;

/** Three calls, side by side; a fourth where it says its name to administrators only. */
export async function identify(client: HomeserverClient): Promise<Identity> {
  const [spec_versions, software, room_versions] = await Promise.all([
    specVersions(client),
    serverSoftware(client),
    roomVersions(client),
  ]);
  return { software, spec_versions, room_versions };
}

/** Why nothing, or no homeserver, answers at `homeserver.url`. */
export function noHomeserver(error: unknown): string {
  if (!(error instanceof HomeserverError)) return `no answer within ${ANSWER_MS / 1000} seconds`;
  if (error.status === 0) return `${error.message}: start the homeserver, or correct the address`;
  return `does not answer like a homeserver (HTTP ${error.status}): correct the address`;
}

/** The versions of the specification that it supports (`GET /_matrix/client/versions`), oldest first. */
async function specVersions(client: HomeserverClient): Promise<string[]> {
  const call = { method: "GET", path: "/_matrix/client/versions" } as const;
  const versions = arrayOf(call, await client.call(call), "versions");
  return versions.filter((version) => typeof version === "string");
}

/** Its name and version, e.g. `Synapse 1.163.2`; null where it does not say on this listener. */
async function serverSoftware(client: HomeserverClient): Promise<string | null> {
  const server = objectMember(await answerOf(client, pathFederation`/version`), "server");
  if (server) return [stringMember(server, "name"), stringMember(server, "version")].join(" ").trim();
  const version = stringMember(await answerOf(client, "/_synapse/admin/v1/server_version"), "server_version");
  return version === undefined ? null : `Synapse ${version}`;
}

/** Client-server API, "Capabilities negotiation", `m.room_versions`; empty where it does not say. */
async function roomVersions(client: HomeserverClient): Promise<Identity["room_versions"]> {
  const answer = await answerOf(client, path`/capabilities`);
  const versions = objectMember(objectMember(answer, "capabilities"), "m.room_versions");
  const available = Object.entries(objectMember(versions, "available") ?? {}).flatMap(([version, stability]) =>
    typeof stability === "string" ? [{ version, stability }] : [],
  );
  return { default: stringMember(versions, "default") ?? null, available };
}

/** null: it has no such endpoint, or does not answer this one to the service */
async function answerOf(client: HomeserverClient, target: string): ReturnType<HomeserverClient["call"]> {
  try {
    const answer = await client.call({ method: "GET", path: target });
    return isObject(answer) ? answer : null;
  } catch (error) {
    if (error instanceof HomeserverError && (error.isAbsentOrForbidden || error.isUnknownEndpoint)) return null;
    throw error;
  }
}
