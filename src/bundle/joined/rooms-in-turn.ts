import type { ManifestHead } from "../manifest/manifest.ts";
import type { Bundle } from "../open-bundle.ts";
import { Profiles } from "../profiles.ts";

/** The room that an event is of. */
export interface RoomInTurn {
  head: ManifestHead;
  /** of the people in this room, as far as its events were gone through */
  profiles: Profiles;
  /** its place among the rooms of the bundle, from 0 */
  index: number;
  /** no event of it came before */
  begins: boolean;
}

/** Tells of each event of a bundle, in their order, of which room it is: of the one, or of several that were joined. */
export class RoomsInTurn {
  readonly #heads: readonly ManifestHead[];
  #now: RoomInTurn;
  /** events of the room that are to come */
  #left: number;

  constructor({ head, joined = [head] }: Pick<Bundle, "head" | "joined">) {
    this.#heads = joined;
    this.#now = { head, profiles: new Profiles(head.senders), index: -1, begins: true };
    this.#left = 0;
    this.#begin();
  }

  /** The room whose event comes next, as far as it has begun; the first one before any event. */
  get now(): RoomInTurn {
    return this.#now;
  }

  /** To be called once for each event. */
  next(): RoomInTurn {
    if (this.#left === 0) this.#begin();
    const now = this.#now;
    this.#left--;
    if (now.begins) this.#now = { ...now, begins: false };
    return now;
  }

  /** Goes to the next room that holds events, or to the last. */
  #begin(): void {
    const last = this.#heads.length - 1;
    const index = this.#heads.findIndex((head, at) => at > this.#now.index && (at === last || head.counts.events > 0));
    const head = this.#heads[index];
    if (!head) throw new Error("a bundle holds more events than it says");
    this.#left = index === last ? Infinity : head.counts.events;
    this.#now = { head, profiles: new Profiles(head.senders), index, begins: true };
  }
}
