import { HomeserverError } from "../../../ports/homeserver/homeserver.ts";
import { UNKNOWN_CAPABILITIES, type Capabilities } from "../../../ports/homeserver/capabilities.ts";
import type { Identity } from "../../../ports/homeserver/homeserver-probe.ts";

/** What a probe can find out. */
export type Capability = Exclude<keyof Capabilities, keyof Identity | "probed_at" | "reasons">;

/** What a probe has found so far, and why what is missing or unknown is so. */
export class Findings {
  readonly capabilities: Capabilities;
  readonly #signal: AbortSignal;
  /** some calls got no answer that means anything */
  #unanswered = false;

  /** `signal`: ends the probe */
  constructor(identity: Identity, signal: AbortSignal) {
    this.capabilities = { ...UNKNOWN_CAPABILITIES, ...identity, reasons: {} };
    this.#signal = signal;
  }

  /** Was everything answered? */
  get complete(): boolean {
    return !this.#unanswered;
  }

  found<Name extends Capability>(name: Name, value: Capabilities[Name], reason?: string): void {
    this.capabilities[name] = value;
    if (reason === undefined) delete this.capabilities.reasons[name];
    else this.capabilities.reasons[name] = reason;
  }

  /**
   * Makes a call; where it fails, that is why these capabilities are unknown.
   * @param endpoint for the words
   * @returns undefined where it failed
   */
  async attempt<T>(names: readonly Capability[], endpoint: string, act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      this.failed(names, endpoint, error);
      return undefined;
    }
  }

  /** @throws the signal's reason, and what is no answer of a homeserver */
  failed(names: readonly Capability[], endpoint: string, error: unknown): void {
    this.#signal.throwIfAborted();
    const timedOut = error instanceof DOMException && error.name === "TimeoutError";
    const failure = timedOut ? new HomeserverError(0, "M_UNKNOWN", "no answer in time") : error;
    if (!(failure instanceof HomeserverError)) throw error;
    this.#unanswered ||= failure.mayPass;
    for (const name of names) this.found(name, null, failureOf(endpoint, failure));
  }
}

/** Synapse's workers, and proxies before them, serve a part of the API each. @param what of the API */
export function unserved(what: string, { status, errcode }: HomeserverError): string {
  return (
    `this address does not lead to the part of the homeserver that serves ${what} (HTTP ${String(status)} ${errcode}): ` +
    "correct homeserver.url, or the proxy there"
  );
}

function failureOf(endpoint: string, { status, errcode, message }: HomeserverError): string {
  return status === 0 ? `${endpoint}: ${message}` : `${endpoint}: HTTP ${String(status)} ${errcode}: ${message}`;
}
