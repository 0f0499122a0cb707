import { setTimeout as sleep } from "node:timers/promises";
import { HomeserverError } from "../ports/homeserver/homeserver.ts";
import type { Logger } from "../ports/logger.ts";

export interface HomeserverWatchParts {
  /** base URL of the homeserver, as in `homeserver.url` */
  url: string;
  /** `@sender_localpart:server_name`, of the registration and the configuration */
  serviceUser: string;
  /** whose the `as_token` is, asked once and at once. @throws HomeserverError; the signal's reason */
  whoami(): Promise<string>;
  /** called when the homeserver answers again after it was away */
  back?: () => void;
  logger: Logger;
}

/**
 * So often the homeserver is asked, in milliseconds: while it answers, and while it does not. Synapse takes longer to start: none of
 * its restarts is missed.
 */
const WATCH_MS = 3_000;
const AWAY_MS = 1_000;

/**
 * Knows whether the homeserver answers, and whether it takes the service for what it is. Logs one line when that changes, and none in
 * between.
 */
export class HomeserverWatch {
  readonly #parts: HomeserverWatchParts;
  #away: string | undefined;
  #fault: string | undefined;
  #looking: Promise<void> | undefined;

  constructor(parts: HomeserverWatchParts) {
    this.#parts = parts;
  }

  /** For `/ready`. @throws Error where the homeserver does not answer now */
  async checkAnswer(): Promise<void> {
    await this.#look();
    if (this.#away !== undefined) throw new Error(this.#away);
  }

  /** For `/ready`. @throws Error where the homeserver answers, but does not know the registration, or knows it as somebody else's */
  async checkRegistration(): Promise<void> {
    await this.#look();
    if (this.#fault !== undefined) throw new Error(this.#fault);
  }

  /** Asks again and again. Rejects with the signal only. */
  async keepWatching(signal: AbortSignal): Promise<never> {
    for (;;) {
      await this.#look();
      await sleep(this.#away === undefined ? WATCH_MS : AWAY_MS, undefined, { signal });
    }
  }

  /** Callers at the same time share one question. Never rejects. */
  async #look(): Promise<void> {
    this.#looking ??= this.#ask().finally(() => (this.#looking = undefined));
    await this.#looking;
  }

  async #ask(): Promise<void> {
    const { serviceUser } = this.#parts;
    try {
      const userId = await this.#parts.whoami();
      // Dendrite gives the localpart alone
      const other = userId.startsWith("@") && userId !== serviceUser;
      this.#answers(other ? otherUser(userId, serviceUser) : undefined);
    } catch (error) {
      // anything else is the end of this process
      if (!(error instanceof HomeserverError)) return;
      if (error.status === 401) this.#answers(this.#unknownToken());
      else if (error.status === 403) this.#answers(refused(error));
      else this.#isAway(error);
    }
  }

  #answers(fault: string | undefined): void {
    const { url, logger, back } = this.#parts;
    if (this.#away !== undefined) {
      this.#away = undefined;
      logger.info({}, `the homeserver at ${url} answers again`);
      back?.();
    }
    if (fault === this.#fault) return;
    if (fault === undefined) logger.info({}, `the homeserver at ${url} accepts the registration`);
    else logger.error({}, fault);
    this.#fault = fault;
  }

  #isAway(error: HomeserverError): void {
    const { url, logger } = this.#parts;
    const reason = error.status === 0 ? error.message : `HTTP ${error.status} ${error.errcode}`;
    const away = `the homeserver at ${url} (homeserver.url) does not answer: ${reason}; retrying until it does`;
    if (this.#away === undefined) logger.warn({}, away);
    this.#away = away;
  }

  #unknownToken(): string {
    return (
      `the homeserver at ${this.#parts.url} does not know the as_token of the registration: name the registration file in its ` +
      "configuration (Synapse: app_service_config_files) and restart it"
    );
  }
}

function otherUser(userId: string, serviceUser: string): string {
  return (
    `the homeserver knows the as_token as that of ${userId}, not of ${serviceUser}: correct homeserver.server_name, or ` +
    "sender_localpart in both copies of the registration"
  );
}

function refused({ errcode }: HomeserverError): string {
  return `the homeserver refuses the service's as_token (HTTP 403 ${errcode}): compare both copies of the registration`;
}
