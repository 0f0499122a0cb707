import { stringMember } from "../../matrix/json.ts";
import { HomeserverError } from "../../ports/homeserver/homeserver.ts";
import { pathV1, type HomeserverClient } from "./client.ts";

/** What a web page calls by itself; to the others a browser goes as to any page. */
const CALLED = ["registration_endpoint", "token_endpoint", "revocation_endpoint"];

/**
 * Origins of the homeserver's authorization server (`GET /auth_metadata`, client-server API, "OAuth 2.0 API"); none where it has none.
 * @throws HomeserverError where the homeserver is away
 */
export async function oauthOrigins(client: HomeserverClient): Promise<string[]> {
  try {
    const metadata = await client.call({ method: "GET", path: pathV1`/auth_metadata` });
    const origins = CALLED.map((name) => originOf(stringMember(metadata, name)));
    return [...new Set(origins.filter((origin) => origin !== undefined))];
  } catch (error) {
    if (error instanceof HomeserverError && !error.mayPass) return [];
    throw error;
  }
}

function originOf(address: string | undefined): string | undefined {
  const url = address !== undefined && URL.canParse(address) ? new URL(address) : undefined;
  return url && ["https:", "http:"].includes(url.protocol) ? url.origin : undefined;
}
