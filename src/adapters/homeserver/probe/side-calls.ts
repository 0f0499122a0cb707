/** What is tried without a room. Findings say how each call ended. */
import { isObject, member } from "../../../matrix/json.ts";
import { HomeserverError } from "../../../ports/homeserver/homeserver.ts";
import { ensureDevice } from "../accounts.ts";
import { pathV1, type HomeserverClient } from "../client.ts";
import { DEVICE } from "../writing/room-writer.ts";
import { unserved, type Findings } from "./findings.ts";

const NO_DEVICE =
  "the homeserver makes no device for the service (PUT …/devices), so that it forgets transaction ids when it is killed: after a call " +
  "whose answer is lost, the newest events are read before anything is sent again";

/** Client-server API, "Client-behaviour for device management": transaction ids are kept for each device. */
export async function tryDevice(client: HomeserverClient, found: Findings): Promise<void> {
  const made = await found.attempt(["durable_transactions"], "PUT …/devices", () => ensureDevice(client, DEVICE));
  if (made !== undefined) found.found("durable_transactions", made, made ? undefined : NO_DEVICE);
}

/** Client-server API, "Content repository": `GET /media/config`. */
export async function tryMedia(client: HomeserverClient, found: Findings): Promise<void> {
  try {
    const answer = await client.call({ method: "GET", path: pathV1`/media/config` });
    const limit = isObject(answer) ? member(answer, "m.upload.size") : undefined;
    found.found("media", true);
    if (typeof limit === "number" && Number.isSafeInteger(limit)) found.found("upload_limit", limit);
    else found.found("upload_limit", null, "the homeserver names no limit");
  } catch (error) {
    found.failed(["media", "upload_limit"], "GET …/media/config", error);
    if (error instanceof HomeserverError && error.isUnknownEndpoint)
      found.found("media", false, unserved("media", error));
  }
}

/** Why this token is of no use. */
const TOKEN_FAULTS: Readonly<Record<number, string>> = {
  401: "the homeserver does not know this token: it was logged out, or is another server's",
  403: "is not the token of a server administrator: take an administrator's",
};

/** Asks Synapse's admin API for something harmless. @returns false: there is none, so that another one may be there */
export async function trySynapseAdmin(client: HomeserverClient, found: Findings): Promise<boolean> {
  try {
    await client.call({ method: "GET", path: "/_synapse/admin/v1/rooms", query: { limit: 1 } });
    found.found("admin_api", "synapse");
  } catch (error) {
    adminFailed("GET /_synapse/admin/v1/rooms", error, found);
    return !(error instanceof HomeserverError && error.isUnknownEndpoint);
  }
  return true;
}

/** A call of an admin API has failed. */
export function adminFailed(endpoint: string, error: unknown, found: Findings): void {
  found.failed(["admin_api"], endpoint, error);
  if (!(error instanceof HomeserverError)) return;
  const fault = error.isUnknownEndpoint ? noAdminApi(error) : TOKEN_FAULTS[error.status];
  if (fault !== undefined) found.found("admin_api", "none", fault);
}

function noAdminApi(error: HomeserverError): string {
  return `${unserved("/_synapse/admin", error)}; or the homeserver has no admin API, then remove homeserver.admin_token`;
}
