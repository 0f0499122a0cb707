import type { Door } from "../ports/audit-log.ts";

/** Who asks, as a door has established it. */
export interface Requester {
  /** for an admin token: "admin:<its name in the config>" */
  userId: string;
  /** an admin token, or a user with permission `admin` */
  admin: boolean;
  /** true where an admin token was shown: there is no Matrix user behind it */
  adminToken: boolean;
  /** through which they came */
  door: Door;
  /** the requester's own Matrix access token, where the door has one: never stored, never logged */
  accessToken?: string;
}
