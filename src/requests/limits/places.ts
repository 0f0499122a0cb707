import { RequestError } from "../failures/failure.ts";
import type { Caller } from "../requester.ts";

export interface PlacesRules {
  /** what takes them, for people: "exports under way" */
  what: string;
  /** places that one user may hold; admin tokens have no such limit */
  perUser: number;
  /** places that this process has */
  inAll: number;
  /** the setting of each */
  settings: { perUser: string; inAll: string };
  /** what else they can do: "export as a job" */
  instead?: string;
}

/** After so many seconds somebody who got no place may try again. */
const RETRY_SECONDS = 10;

/** Places in this process for what takes memory, disk or connections while somebody waits for it. */
export class Places {
  readonly #rules: PlacesRules;
  readonly #held = new Map<string, number>();
  #inAll = 0;

  constructor(rules: PlacesRules) {
    this.#rules = rules;
  }

  /** Takes a place until its disposal. @throws RequestError too_many, with the numbers */
  take({ userId, adminToken }: Caller): Disposable {
    const { what, perUser, inAll, settings, instead } = this.#rules;
    const own = this.#held.get(userId) ?? 0;
    const next = instead === undefined ? "" : `, or ${instead}`;
    if (!adminToken && own >= perUser)
      throw tooMany(
        `You have ${String(own)} ${what}, as many as you may (${settings.perUser}): wait until one has ended${next}`,
      );
    if (this.#inAll >= inAll)
      throw tooMany(
        `The service has ${String(this.#inAll)} ${what}, as many as it may (${settings.inAll}): try again later${next}`,
      );
    this.#change(userId, 1);
    let given = false;
    return {
      [Symbol.dispose]: () => {
        if (!given) this.#change(userId, -1);
        given = true;
      },
    };
  }

  #change(userId: string, by: 1 | -1): void {
    this.#inAll += by;
    const held = (this.#held.get(userId) ?? 0) + by;
    if (held === 0) this.#held.delete(userId);
    else this.#held.set(userId, held);
  }
}

function tooMany(message: string): RequestError {
  return new RequestError("too_many", "M_LIMIT_EXCEEDED", message, [], RETRY_SECONDS);
}
