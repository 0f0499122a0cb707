import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { pingAppservice } from "../adapters/homeserver/appservice-ping.ts";
import {
  openIdUser,
  profileOf,
  registerUser,
  setProfile,
  tokenHolder,
  whoami,
  type TokenHolder,
} from "../adapters/homeserver/accounts.ts";
import { HomeserverClient } from "../adapters/homeserver/client.ts";
import { HomeserverMediaTarget } from "../adapters/homeserver/media/media-target.ts";
import type { HomeserverSettings } from "../adapters/homeserver/access.ts";
import { HomeserverWatch } from "../appservice/homeserver-watch.ts";
import { Reachability } from "../appservice/reachability.ts";
import type { Registration } from "../config/registration.ts";
import { localpartOf } from "../matrix/ids.ts";
import type { PingResult } from "../ports/homeserver/appservice-ping.ts";
import { HomeserverError } from "../ports/homeserver/homeserver.ts";
import { errorFields } from "../ports/logger.ts";

const AVATAR = new URL("../../assets/roomporter.png", import.meta.url);
const DISPLAY_NAME = "Roomporter";

/** How long a call that somebody waits for tries, in milliseconds. */
const SHORT_MS = 1500;
/** A homeserver that takes longer to say whose a token is counts as away, in milliseconds. */
const WHOAMI_MS = 5000;
/** A homeserver that takes longer to say who the service is counts as away, in milliseconds. */
const ANSWER_MS = 10_000;

/**
 * Makes the service user where the homeserver does not have it yet, and gives it a name and a face unless it has some.
 * @throws HomeserverError where the homeserver is away or does not know the registration
 */
async function ensureServiceUser(settings: HomeserverSettings, signal: AbortSignal): Promise<void> {
  const { url, asToken, serviceUser, logger, meter } = settings;
  const service = { url, accessToken: asToken, logger, meter, signal, patienceMs: SHORT_MS };
  await registerUser(new HomeserverClient(service), localpartOf(serviceUser));
  const client = new HomeserverClient({ ...service, userId: serviceUser });
  const profile = await profileOf(client, serviceUser);
  if (profile.displayName === undefined || profile.displayName === localpartOf(serviceUser))
    await setProfile(client, serviceUser, "displayname", DISPLAY_NAME);
  if (profile.avatarUrl === undefined) {
    const uri = await uploadedAvatar(client);
    if (uri !== undefined) await setProfile(client, serviceUser, "avatar_url", uri);
  }
}

/** undefined, with a line in the log, where the homeserver's address serves no uploads: the bot can do without a face */
async function uploadedAvatar(client: HomeserverClient): Promise<string | undefined> {
  const bytes = await readFile(AVATAR);
  const open = (): Promise<Readable> => Promise.resolve(Readable.from([bytes]));
  try {
    return await new HomeserverMediaTarget(client).upload(open, bytes.length, "image/png", "roomporter.png");
  } catch (error) {
    if (!(error instanceof HomeserverError && error.isUnknownEndpoint)) throw error;
    const why = "the service user has no avatar, and exports and imports with files will fail";
    client.logger.error(
      {},
      `${why}: ${error.message}; lead it to the process that serves it, then restart the service`,
    );
    return undefined;
  }
}

/** So often is a homeserver that is away asked again, in milliseconds. */
const RETRY_MS = 1000;

/** Does the same, again and again until it has succeeded; ends without success only with the signal. */
export async function keepIntroducing(settings: HomeserverSettings, signal: AbortSignal): Promise<void> {
  let told = "";
  const tell = (error: unknown): void => {
    const known =
      error instanceof HomeserverError ? { status: error.status, errcode: error.errcode } : errorFields(error);
    if (JSON.stringify(known) === told) return;
    told = JSON.stringify(known);
    settings.logger.warn(known, `${settings.serviceUser} cannot be registered with the homeserver yet: retrying`);
  };
  for (;;) {
    try {
      await ensureServiceUser(settings, signal);
      return;
    } catch (error) {
      signal.throwIfAborted();
      // of a homeserver that is away, or does not know the service, HomeserverWatch says so
      if (!(error instanceof HomeserverError && (error.mayPass || error.status === 401))) tell(error);
    }
    await sleep(RETRY_MS, undefined, { signal });
  }
}

/**
 * Asks the homeserver whose token this is. Somebody waits for it: a homeserver that is away, or takes longer than `timeoutMs` to
 * answer, is not waited for.
 * @throws HomeserverError
 */
export async function askWhoami(
  { url, logger, meter }: HomeserverSettings,
  accessToken: string,
  timeoutMs = WHOAMI_MS,
): Promise<TokenHolder> {
  const client = new HomeserverClient({ url, accessToken, logger, meter, patienceMs: SHORT_MS });
  return await tokenHolder(client, { timeoutMs });
}

/** Asks the homeserver whose OpenID token this is, in the same way. @throws HomeserverError */
export async function askOpenIdUser(
  { url, logger, meter }: HomeserverSettings,
  token: string,
  timeoutMs = WHOAMI_MS,
): Promise<string> {
  const client = new HomeserverClient({ url, accessToken: "", logger, meter, patienceMs: SHORT_MS });
  return await openIdUser(client, token, { timeoutMs });
}

/** Watches whether the homeserver is there and knows the registration. `back`: called when it answers again. */
export function watchHomeserver(settings: HomeserverSettings, signal: AbortSignal, back?: () => void): HomeserverWatch {
  const { url, serviceUser, logger } = settings;
  // without `user_id`, so that the homeserver says whom it takes the service for
  const client = serviceClient(settings, signal);
  return new HomeserverWatch({
    url,
    serviceUser,
    whoami: () => whoami(client, { timeoutMs: ANSWER_MS }),
    ...(back && { back }),
    logger,
  });
}

/** Watches whether the homeserver reaches this service. */
export function watchReachability(
  settings: HomeserverSettings,
  { id, url }: Registration,
  signal: AbortSignal,
): Reachability {
  const client = serviceClient(settings, signal);
  const ping = (transactionId: string): Promise<PingResult> => pingAppservice(client, id, transactionId);
  return new Reachability({ registration: { id, url }, ping, logger: settings.logger });
}

/** Asks as the application service itself, and does not wait for a homeserver that is away. */
function serviceClient({ url, asToken, logger, meter }: HomeserverSettings, signal: AbortSignal): HomeserverClient {
  return new HomeserverClient({ url, accessToken: asToken, logger, meter, patienceMs: 0, signal });
}
