import { HomeserverClient } from "../adapters/homeserver/client.ts";
import { oauthOrigins } from "../adapters/homeserver/oauth-origins.ts";
import type { HomeserverSettings } from "../adapters/homeserver/access.ts";
import { errorFields } from "../ports/logger.ts";

/** How long an answer holds, in milliseconds; and how long it is gone without one. */
const KNOWN_MS = 600_000;
const AWAY_MS = 5000;
/** The web page waits for it, in milliseconds. */
const PATIENCE_MS = 1500;

/** What the web page may call of the homeserver's authorization server. Never rejects: without an answer the page does without. */
export function knownOAuthOrigins({ url, logger, meter }: HomeserverSettings): () => Promise<readonly string[]> {
  let known: { origins: Promise<readonly string[]>; until: number } | undefined;
  return async () => {
    const now = performance.now();
    if (known && now < known.until) return await known.origins;
    const client = new HomeserverClient({ url, accessToken: "", logger, meter, patienceMs: PATIENCE_MS });
    const asked = { origins: Promise.resolve<readonly string[]>([]), until: now + KNOWN_MS };
    asked.origins = oauthOrigins(client).catch((error: unknown) => {
      logger.warn(errorFields(error), "the homeserver cannot be asked for its authorization server");
      asked.until = performance.now() + AWAY_MS;
      return [];
    });
    known = asked;
    return await asked.origins;
  };
}
