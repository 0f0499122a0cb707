import { member, objectMember, stringMember, type JsonValue } from "../../matrix/json.ts";
import { HomeserverError } from "../../ports/homeserver/homeserver.ts";
import type { Account } from "../../ports/homeserver/homeserver-access.ts";
import { objectOf, unlessAbsent } from "./answers.ts";
import { path, type HomeserverClient } from "./client.ts";

const IGNORED = "m.ignored_user_list";
/** Whether somebody takes invitations (MSC4380, "Invite blocking"). */
const INVITATIONS = "m.invite_permission_config";
/** `.invalid` is nobody's (RFC 2606): the profile of this user can never be written. */
const NOBODY = "@nobody:roomporter.invalid";

/** What the person's own token lets the service know of their account. @throws HomeserverError also where the homeserver does not let them read their own account data */
export async function ownAccount(client: HomeserverClient, userId: string): Promise<Account> {
  const [suspended, ignored, invitations] = await Promise.all([
    isSuspended(client),
    accountData(client, userId, IGNORED),
    accountData(client, userId, INVITATIONS),
  ]);
  return { suspended, ...preferences({ [IGNORED]: ignored, [INVITATIONS]: invitations }) };
}

/**
 * Synapse's admin API ("Query User Account", "Account Data"). Empty where it does not know the user, or does not answer to this token.
 * @param client with the access token of a server administrator
 * @throws HomeserverError where the homeserver is away
 */
export async function accountForAdmin(client: HomeserverClient, userId: string): Promise<Account> {
  const name = encodeURIComponent(userId);
  const user = await unlessRefused(client, `/_synapse/admin/v2/users/${name}`);
  if (user === undefined) return {};
  const is = (key: string): boolean => member(user, key) === true;
  const standing = {
    suspended: is("suspended"),
    locked: is("locked"),
    deactivated: is("deactivated"),
    guest: is("is_guest"),
    puppet: stringMember(user, "appservice_id") !== undefined,
  };
  const data = await unlessRefused(client, `/_synapse/admin/v1/users/${name}/accountdata`);
  const all = objectMember(objectMember(data, "account_data"), "global");
  return { ...standing, ...(all && preferences(all)) };
}

function preferences(data: { [type: string]: JsonValue | undefined }): Pick<Account, "ignored" | "blocksInvitations"> {
  const { [IGNORED]: ignored = {}, [INVITATIONS]: invitations = {} } = data;
  return {
    ignored: Object.keys(objectMember(ignored, "ignored_users") ?? {}),
    blocksInvitations: stringMember(invitations, "default_action") === "block",
  };
}

/**
 * The specification has no question for it ("Account suspension"). Synapse refuses a suspended user to change profiles before it looks
 * at whose: the profile of a user who cannot be is written to, which nobody may.
 */
async function isSuspended(client: HomeserverClient): Promise<boolean> {
  try {
    const body = { displayname: "" };
    await client.call({ method: "PUT", path: path`/profile/${NOBODY}/displayname`, body });
  } catch (error) {
    if (!(error instanceof HomeserverError) || error.mayPass) throw error;
    return error.errcode === "M_USER_SUSPENDED";
  }
  return false;
}

async function accountData(client: HomeserverClient, userId: string, type: string): Promise<JsonValue | undefined> {
  const call = { method: "GET", path: path`/user/${userId}/account_data/${type}` } as const;
  const found = await unlessAbsent(client.call(call));
  return found === undefined ? undefined : objectOf(call, found);
}

async function unlessRefused(client: HomeserverClient, target: string): Promise<JsonValue | undefined> {
  try {
    return await client.call({ method: "GET", path: target });
  } catch (error) {
    if (error instanceof HomeserverError && error.status >= 400 && error.status < 500 && !error.mayPass)
      return undefined;
    throw error;
  }
}
