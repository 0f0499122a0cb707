import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { PingResult } from "../ports/homeserver/appservice-ping.ts";
import type { Logger } from "../ports/logger.ts";
import { pingFault, wrongHsToken } from "./ping-fault.ts";

export interface ReachabilityParts {
  /** of this service's copy of the registration */
  registration: { id: string; url: string };
  /** asks the homeserver to ping this service. Rejects with the signal's reason only */
  ping(transactionId: string): Promise<PingResult>;
  logger: Logger;
}

/** So often the homeserver is asked to ping, in milliseconds: where it reached the service; where it did not; before that is known. */
const PING_MS = 300_000;
const FAULT_MS = 15_000;
const UNKNOWN_MS = 1_000;

/**
 * Knows whether the homeserver can reach this service: asks it to ping at the start and every few minutes. Where the homeserver has no
 * pings, the transactions that arrive tell. Logs one line when that changes.
 */
export class Reachability {
  readonly #parts: ReachabilityParts;
  /** undefined: not known yet; null: reachable; else what is wrong */
  #fault: string | null | undefined;
  /** of the ping under way */
  #transactionId: string | undefined;
  #arrived = false;
  #wrongToken = false;
  /** when it began, in milliseconds of the monotonic clock */
  #pingedAt = 0;
  /** false: the homeserver has no such endpoint */
  #pingable = true;
  /** has a transaction with the right hs_token ever come? */
  #heard = false;
  readonly #reached = Promise.withResolvers<undefined>();
  #woken = Promise.withResolvers<undefined>();

  constructor(parts: ReachabilityParts) {
    this.#parts = parts;
  }

  /** Resolves once the homeserver can reach the service for the first time. */
  get reached(): Promise<unknown> {
    return this.#reached.promise;
  }

  /** For `/ready`. @throws Error with what is wrong, and what to do */
  check(): void {
    if (this.#fault === undefined) throw new Error("the homeserver has not pinged this service yet");
    if (this.#fault !== null) throw new Error(this.#fault);
  }

  /** The homeserver has pinged, with the right token and maybe this transaction id. */
  pinged(transactionId: string | undefined): void {
    if (transactionId === undefined || transactionId === this.#transactionId) this.#arrived = true;
  }

  /** The homeserver has sent a transaction, with the right token. */
  transactionArrived(): void {
    this.#heard = true;
    if (!this.#pingable) this.#conclude(null);
  }

  /** Somebody has shown another token: the homeserver may have been restarted with another registration. */
  wrongToken(): void {
    this.#wrongToken = true;
    if (performance.now() - this.#pingedAt > FAULT_MS) this.wake();
  }

  /** Pings soon, e.g. since the homeserver was restarted. */
  wake(): void {
    this.#woken.resolve(undefined);
  }

  /** Pings again and again. Rejects with the signal only. */
  async keepPinging(signal: AbortSignal): Promise<never> {
    for (;;) {
      this.#woken = Promise.withResolvers();
      await this.#ping();
      const wait = this.#fault === null ? PING_MS : this.#fault === undefined ? UNKNOWN_MS : FAULT_MS;
      const waited = new AbortController();
      const slept = sleep(wait, undefined, { signal: AbortSignal.any([signal, waited.signal]) });
      await Promise.race([slept, this.#woken.promise]).finally(() => waited.abort());
    }
  }

  async #ping(): Promise<void> {
    const { registration, ping } = this.#parts;
    this.#transactionId = randomUUID();
    this.#pingedAt = performance.now();
    this.#arrived = false;
    // of a homeserver that cannot be asked all calls count, not only those of this moment
    const before = this.#wrongToken;
    this.#wrongToken = false;
    const result = await ping(this.#transactionId);
    const context = { registration, arrived: this.#arrived, wrongToken: this.#wrongToken };
    this.#pingable = result.kind !== "unsupported";
    if (!this.#pingable) {
      this.#wrongToken ||= before;
      this.#conclude(this.#wrongToken && !this.#heard ? wrongHsToken() : null);
    } else if (result.kind !== "unknown_token" && result.kind !== "undecided")
      this.#conclude(pingFault(result, context) ?? null);
  }

  #conclude(fault: string | null): void {
    if (fault === null) this.#reached.resolve(undefined);
    if (fault === this.#fault) return;
    const { logger, registration } = this.#parts;
    if (fault !== null) logger.error({}, fault);
    else if (this.#fault !== undefined)
      logger.info({ url: registration.url }, "the homeserver reaches this service again");
    this.#fault = fault;
  }
}
