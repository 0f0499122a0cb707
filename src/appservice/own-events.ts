import { setTimeout as sleep } from "node:timers/promises";
import { stringMember, type JsonValue } from "../matrix/json.ts";

/** So long the acknowledgement of a transaction is put off that only brings an import's own events back, in milliseconds. */
const PUT_OFF_MS = 500;
/** So long what was heard of running imports holds good, in milliseconds. */
const HOLDS_GOOD_MS = 1_000;

/**
 * Holds the homeserver up that pushes back, one by one, what an import has just sent: until a transaction is acknowledged, it collects
 * the next events (up to 100), and a push of each alone would take a tenth of the time in which it could take imported events.
 */
export class OwnEvents {
  readonly #serviceUser: string;
  readonly #importing: () => Promise<boolean>;
  #heard: { at: number; importing: boolean } | undefined;

  /** `importing`: does an import run now, here or elsewhere? */
  constructor(serviceUser: string, importing: () => Promise<boolean>) {
    this.#serviceUser = serviceUser;
    this.#importing = importing;
  }

  /** Resolves at once unless these are all the service's own and an import runs. Never rejects. */
  async collect(events: readonly JsonValue[]): Promise<void> {
    if (!events.every((event) => stringMember(event, "sender") === this.#serviceUser)) return;
    if (await this.#isImporting()) await sleep(PUT_OFF_MS, undefined, { ref: false });
  }

  async #isImporting(): Promise<boolean> {
    const now = performance.now();
    if (!this.#heard || now - this.#heard.at > HOLDS_GOOD_MS)
      this.#heard = { at: now, importing: await this.#importing().catch(() => false) };
    return this.#heard.importing;
  }
}
