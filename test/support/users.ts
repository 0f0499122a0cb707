import { randomBytes } from "node:crypto";
import { MatrixClient } from "./matrix-client.ts";

/** Registers a real user (password = the localpart) and logs them in. */
export async function registerUser(url: string, localpart: string, displayName?: string): Promise<MatrixClient> {
  const body = { username: localpart, password: localpart, auth: { type: "m.login.dummy" } };
  const response = await fetch(`${url}/_matrix/client/v3/register`, { method: "POST", body: JSON.stringify(body) });
  const answer = (await response.json()) as { access_token?: string; user_id?: string };
  if (answer.access_token === undefined || answer.user_id === undefined)
    throw new Error(`registering ${localpart}: ${response.status} ${JSON.stringify(answer)}`);
  const client = new MatrixClient(url, answer.access_token, answer.user_id);
  if (displayName !== undefined) await client.setDisplayName(displayName);
  return client;
}

/** A localpart that no other test has: `name`-xxxxxx. */
export function unique(name: string): string {
  return `${name}-${randomBytes(3).toString("hex")}`;
}
