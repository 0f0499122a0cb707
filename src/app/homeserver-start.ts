import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { profileOf, registerUser, setProfile, whoami } from "../adapters/homeserver/accounts.ts";
import { HomeserverClient } from "../adapters/homeserver/client.ts";
import { HomeserverMediaTarget } from "../adapters/homeserver/media/media-target.ts";
import type { HomeserverSettings } from "../adapters/homeserver/access.ts";
import { localpartOf } from "../matrix/ids.ts";
import { HomeserverError } from "../ports/homeserver/homeserver.ts";
import { errorFields } from "../ports/logger.ts";

const AVATAR = new URL("../../assets/roomporter.png", import.meta.url);
const DISPLAY_NAME = "Roomporter";

/** How long a call that somebody waits for tries, in milliseconds. */
const SHORT_MS = 1500;

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
    const bytes = await readFile(AVATAR);
    const open = (): Promise<Readable> => Promise.resolve(Readable.from([bytes]));
    const uri = await new HomeserverMediaTarget(client).upload(open, bytes.length, "image/png", "roomporter.png");
    await setProfile(client, serviceUser, "avatar_url", uri);
  }
}

/** So often is a homeserver that is away asked again, in milliseconds. */
const RETRY_MS = 1000;

/** Does the same, again and again until it has succeeded; ends without success only with the signal. */
export async function keepIntroducing(settings: HomeserverSettings, signal: AbortSignal): Promise<void> {
  for (let failures = 0; ; failures++) {
    try {
      await ensureServiceUser(settings, signal);
      return;
    } catch (error) {
      signal.throwIfAborted();
      const known =
        error instanceof HomeserverError ? { status: error.status, errcode: error.errcode } : errorFields(error);
      if (failures % 60 === 0) settings.logger.warn(known, "the service user cannot be registered yet");
    }
    await sleep(RETRY_MS, undefined, { signal });
  }
}

/** Asks the homeserver whose token this is, without waiting for one that is away. @throws HomeserverError */
export async function askWhoami({ url, logger, meter }: HomeserverSettings, accessToken: string): Promise<string> {
  return await whoami(new HomeserverClient({ url, accessToken, logger, meter, patienceMs: SHORT_MS }));
}

/** Is the homeserver there, and does it accept the service as what it is? @throws Error that says what is wrong */
export async function checkHomeserver({ url, asToken, serviceUser, logger, meter }: HomeserverSettings): Promise<void> {
  try {
    await whoami(
      new HomeserverClient({ url, accessToken: asToken, userId: serviceUser, logger, meter, patienceMs: 0 }),
    );
  } catch (error) {
    if (!(error instanceof HomeserverError)) throw error;
    if (error.status === 401)
      throw new Error("the homeserver does not know the registration's as_token", { cause: error });
    if (error.status === 403)
      throw new Error("the homeserver does not let the service act as its user", { cause: error });
    throw new Error("the homeserver does not answer", { cause: error });
  }
}
