/** Users: who a token belongs to, profiles, and the service's own user. All throw HomeserverError. */
import { member, stringMember, type JsonObject } from "../../matrix/json.ts";
import { HomeserverError } from "../../ports/homeserver/homeserver.ts";
import { stringOf, unlessAbsent } from "./answers.ts";
import { path, pathFederation, type HomeserverClient } from "./client.ts";

/** Whose a token is. */
export interface TokenHolder {
  userId: string;
  /** of a guest account */
  guest: boolean;
}

interface WhoamiOptions {
  signal?: AbortSignal;
  /** a homeserver that takes longer to answer counts as away */
  timeoutMs?: number;
}

/** `GET /account/whoami`: who is behind the client's token. 401 where the token is not, or no longer, good. */
export async function tokenHolder(client: HomeserverClient, options: WhoamiOptions = {}): Promise<TokenHolder> {
  const call = { method: "GET", path: path`/account/whoami`, ...options } as const;
  const answer = await client.call(call);
  return { userId: stringOf(call, answer, "user_id"), guest: member(answer, "is_guest") === true };
}

/**
 * Whose OpenID token this is (server-server API, "OpenID"): one that a client has given to a widget. 401 where it is not, or no
 * longer, good.
 */
export async function openIdUser(
  client: HomeserverClient,
  accessToken: string,
  options: WhoamiOptions = {},
): Promise<string> {
  const query = { access_token: accessToken };
  const call = { method: "GET", path: pathFederation`/openid/userinfo`, query, ...options } as const;
  return stringOf(call, await client.call(call), "sub");
}

/** The user id alone. */
export async function whoami(client: HomeserverClient, options: WhoamiOptions = {}): Promise<string> {
  return (await tokenHolder(client, options)).userId;
}

/** Makes a user of the application service's namespaces (`m.login.application_service`); one that is there already is fine. */
export async function registerUser(client: HomeserverClient, localpart: string): Promise<void> {
  const body = { type: "m.login.application_service", username: localpart, inhibit_login: true };
  try {
    await client.call({ method: "POST", path: path`/register`, body });
  } catch (error) {
    if (!(error instanceof HomeserverError && error.errcode === "M_USER_IN_USE")) throw error;
  }
}

/** Makes a device of the user that the client acts as. False where the homeserver has no such thing (Dendrite, Synapse before 1.141). */
export async function ensureDevice(client: HomeserverClient, deviceId: string): Promise<boolean> {
  try {
    await client.call({ method: "PUT", path: path`/devices/${deviceId}`, body: { display_name: "Roomporter" } });
    return true;
  } catch (error) {
    if (error instanceof HomeserverError && (error.isAbsent || error.isUnknownEndpoint)) return false;
    throw error;
  }
}

export interface Profile {
  displayName: string | undefined;
  /** `mxc://` URI */
  avatarUrl: string | undefined;
}

/** A user's global profile; empty where the homeserver knows none. */
export async function profileOf(client: HomeserverClient, userId: string): Promise<Profile> {
  const profile = await unlessAbsent(client.call({ method: "GET", path: path`/profile/${userId}` }));
  return { displayName: stringMember(profile, "displayname"), avatarUrl: stringMember(profile, "avatar_url") };
}

/** False where the homeserver knows no such user; one whose profile it does not show (403) may be there. */
export async function hasUser(client: HomeserverClient, userId: string): Promise<boolean> {
  try {
    await client.call({ method: "GET", path: path`/profile/${userId}` });
    return true;
  } catch (error) {
    if (!(error instanceof HomeserverError)) throw error;
    if (error.isAbsent) return false;
    if (error.isForbidden) return true;
    throw error;
  }
}

/** Sets a field of one's own global profile. */
export async function setProfile(
  client: HomeserverClient,
  userId: string,
  field: "displayname" | "avatar_url",
  value: string,
): Promise<void> {
  const body: JsonObject = { [field]: value };
  await client.call({ method: "PUT", path: path`/profile/${userId}/${field}`, body });
}
