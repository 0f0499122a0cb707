import { createHmac } from "node:crypto";
import { MatrixClient } from "./matrix-client.ts";
import type { Synapse } from "./synapse.ts";

/** Registers a server administrator of a test's Synapse (admin API, "Shared-Secret Registration"). */
export async function registerServerAdmin({ url }: Pick<Synapse, "url">, localpart: string): Promise<MatrixClient> {
  const path = `${url}/_synapse/admin/v1/register`;
  const { nonce } = (await (await fetch(path)).json()) as { nonce: string };
  const mac = createHmac("sha1", "secret").update([nonce, localpart, localpart, "admin"].join("\0")).digest("hex");
  const body = { nonce, username: localpart, password: localpart, admin: true, mac };
  const response = await fetch(path, { method: "POST", body: JSON.stringify(body) });
  const answer = (await response.json()) as { access_token: string; user_id: string };
  return new MatrixClient(url, answer.access_token, answer.user_id);
}
