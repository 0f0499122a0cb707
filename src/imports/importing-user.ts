import { serverOf } from "../matrix/ids.ts";
import { requireUserId } from "../requests/access.ts";
import { RequestError } from "../requests/failures/failure.ts";
import type { Caller } from "../requests/requester.ts";

/**
 * For whom a bundle is imported: the caller, or for an admin token the user that it names.
 * @throws RequestError forbidden, invalid; HomeserverError
 */
export async function importingUser(
  caller: Caller,
  as: string | undefined,
  { serverName, hasUser }: { serverName: string; hasUser: (userId: string) => Promise<boolean> },
): Promise<string> {
  if (as === undefined) {
    if (!caller.adminToken) return caller.userId;
    throw new RequestError("invalid", "M_MISSING_PARAM", "An admin token needs `as`: the user for whom to import");
  }
  if (as === caller.userId) return as;
  if (!caller.adminToken)
    throw new RequestError("forbidden", "M_FORBIDDEN", "Only an admin token can import for somebody else");
  requireUserId(as);
  if (serverOf(as) !== serverName)
    throw new RequestError("invalid", "M_INVALID_PARAM", "The importing user must be one of this homeserver");
  if (!(await hasUser(as)))
    throw new RequestError(
      "invalid",
      "M_INVALID_PARAM",
      "The homeserver has no such user: nobody could enter the new room",
    );
  return as;
}
