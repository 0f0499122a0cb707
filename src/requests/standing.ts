import type { Account, HomeserverAccess } from "../ports/homeserver/homeserver-access.ts";
import { CHECK_MS } from "./access.ts";
import { RequestError, type FailureKind } from "./failures/failure.ts";
import type { Caller } from "./requester.ts";

type Homeserver = Pick<HomeserverAccess, "account" | "asService">;

/** A person, and their own token where the door has it. */
type Person = Pick<Caller, "userId" | "accessToken">;

/**
 * Can a room be made for this person, and will they come into it? What the homeserver would refuse them, the service must not do for them.
 * As far as can be known: by their own token, or with `homeserver.admin_token`.
 * @throws RequestError forbidden, invalid; HomeserverError where the homeserver is away
 */
export async function requireAble(
  homeserver: Homeserver,
  person: Person,
  signal: AbortSignal = AbortSignal.timeout(CHECK_MS),
): Promise<void> {
  const { userId } = person;
  const { deactivated, guest, puppet, blocksInvitations, ...standing } = await homeserver.account(
    userId,
    person.accessToken,
    signal,
  );
  if (userId === homeserver.asService(signal).reader.userId)
    throw cannot("invalid", "M_INVALID_PARAM", `${userId} is this service itself`);
  requireStanding(userId, standing);
  if (deactivated) throw cannot("invalid", "M_USER_DEACTIVATED", `The account ${userId} is deactivated`);
  if (guest) throw cannot("forbidden", "M_GUEST_ACCESS_FORBIDDEN", `${userId} is a guest, who cannot log in again`);
  if (puppet)
    throw cannot("invalid", "M_INVALID_PARAM", `Nobody can log in as ${userId}: an application service has made it`);
  if (blocksInvitations)
    throw cannot(
      "forbidden",
      "M_INVITE_BLOCKED",
      `${userId} blocks invitations, and so could not enter the room: allow them in a Matrix client, then ask again`,
    );
}

/** May this person act on the homeserver at present? @throws RequestError forbidden; HomeserverError */
export async function requireActive(
  homeserver: Pick<Homeserver, "account">,
  { adminToken, ...person }: Caller,
): Promise<void> {
  if (!adminToken) requireStanding(person.userId, await accountOf(homeserver, person));
}

/**
 * Does this person take an invitation for which these have asked, or had asked? Not where they ignore one of them, or block
 * invitations. True where that cannot be known. @throws HomeserverError
 */
export async function takesInvitation(
  homeserver: Pick<Homeserver, "account">,
  userId: string,
  askers: readonly string[],
): Promise<boolean> {
  const { ignored = [], blocksInvitations = false } = await accountOf(homeserver, { userId });
  return !blocksInvitations && !askers.some((asker) => ignored.includes(asker));
}

/** The same sentence for who ignores somebody and who takes no invitations at all: nobody learns that they are ignored. */
export function notInvited(): RequestError {
  return cannot("forbidden", "M_INVITE_BLOCKED", "This person does not take this invitation");
}

/** For the invitation: through the service, by whom? */
export function invitationReason(asker: string, invited: string): string {
  return asker === invited ? "You have asked for this room" : `Asked for by ${asker}`;
}

function requireStanding(userId: string, { suspended, locked }: Account): void {
  if (suspended)
    throw cannot("forbidden", "M_USER_SUSPENDED", `The homeserver has suspended ${userId}: ask its administrator`);
  if (locked) throw cannot("forbidden", "M_USER_LOCKED", `The homeserver has locked ${userId}: ask its administrator`);
}

function accountOf(homeserver: Pick<Homeserver, "account">, { userId, accessToken }: Person): Promise<Account> {
  return homeserver.account(userId, accessToken, AbortSignal.timeout(CHECK_MS));
}

function cannot(kind: FailureKind, errcode: string, message: string): RequestError {
  return new RequestError(kind, errcode, message);
}
