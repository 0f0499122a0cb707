import type { AuditEntry, Door } from "../ports/audit-log.ts";

/** Who asks, as a door has established it. What they may do is looked up by each operation (`Caller`). */
export interface Requester {
  /** for an admin token: "admin:<its name in the config>" */
  userId: string;
  /** true where an admin token was shown: there is no Matrix user behind it */
  adminToken: boolean;
  /** through which they came */
  door: Door;
  /** does the homeserver say that it is a guest account? undefined where the door cannot ask */
  guest?: boolean;
  /** the requester's own Matrix access token, where the door has one: never stored, never logged */
  accessToken?: string;
  /** true where they have come through the widget in a room: they may do what an operation allows sessions (`OperationRules`), no more */
  session?: true;
}

/** Somebody who was let in, with what they may do at this moment: only `operateWith` makes them. */
export interface Caller extends Requester {
  /** an admin token, or a user with permission `admin` who has not come through a widget */
  admin: boolean;
}

/** Who did it, and through which door, for an audit entry. */
export function actorOf({ userId, door }: Requester): Pick<AuditEntry, "actor" | "door"> {
  return { actor: userId, door };
}
