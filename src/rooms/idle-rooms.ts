import { isState, parseClientEvent, type ClientEvent } from "../matrix/event.ts";
import { member } from "../matrix/json.ts";
import type { RoomReader } from "../ports/homeserver/homeserver.ts";
import type { ExistingRoom } from "../ports/policy-store.ts";
import type { Clock } from "../ports/clock.ts";

const DAY_MS = 86_400_000;

/** Finds incognito rooms in which nobody has said anything for a while (`rooms.incognito.close_after_idle_days`). */
export class IdleRooms {
  readonly #afterMs: number;
  readonly #clock: Clock;
  /** by room id: before then it need not be looked at again, in milliseconds of the monotonic clock */
  readonly #quietUntil = new Map<string, number>();

  /** @param days 0: none is ever idle */
  constructor(days: number, clock: Clock) {
    this.#afterMs = days * DAY_MS;
    this.#clock = clock;
  }

  /**
   * Has nobody said anything for so long? Closing cannot be undone, so two clocks have to agree: this machine's, and the homeserver's by
   * what it says of an event's age.
   * @throws HomeserverError; the signal's reason
   */
  async isIdle({ room_id: roomId, policy }: ExistingRoom, reader: RoomReader, signal: AbortSignal): Promise<boolean> {
    if (this.#afterMs === 0 || policy.scope_kind !== "incognito") return false;
    const now = performance.now();
    if ((this.#quietUntil.get(roomId) ?? 0) > now) return false;
    const last = await lastWord(roomId, reader, signal);
    const silence = last ? this.#silenceSince(last) : 0;
    if (silence >= this.#afterMs) return true;
    this.#quietUntil.set(roomId, now + this.#afterMs - Math.max(silence, 0));
    return false;
  }

  #silenceSince({ origin_server_ts, unsigned }: ClientEvent): number {
    const here = this.#clock.now() - origin_server_ts;
    const age = member(unsigned, "age");
    return typeof age === "number" ? Math.min(here, age) : here;
  }
}

/**
 * The newest event that somebody has sent to be read. Where the newest page has none, its oldest event: what was said, was said
 * before that.
 */
async function lastWord(roomId: string, reader: RoomReader, signal: AbortSignal): Promise<ClientEvent | undefined> {
  const { chunk } = await reader.messages(roomId, undefined, signal);
  const events = [...chunk].map(parseClientEvent).filter((event) => event !== undefined);
  return events.find((event) => !isState(event) && event.sender !== reader.userId) ?? events.at(-1);
}
