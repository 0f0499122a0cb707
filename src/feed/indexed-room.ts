import type { StateEvent } from "../matrix/event.ts";
import { stringMember } from "../matrix/json.ts";
import { IMPORTED, POLICY } from "../matrix/names.ts";
import { effectivePolicy } from "../policy/room-policy.ts";
import { HomeserverError } from "../ports/homeserver/homeserver.ts";
import type { IndexSource } from "../ports/homeserver/index-source.ts";
import type { PolicyStore } from "../ports/policy-store.ts";
import { Authors } from "../exports/reading/authors.ts";
import { MemberProfiles } from "../exports/reading/member-profiles.ts";

/** A room that indexers may know. */
export interface IndexedRoom {
  roomId: string;
  /** tells whose words the events are that an import brought */
  authors: Authors;
}

/** Which rooms indexers may know, as it is just now. */
export class IndexedRooms {
  readonly #source: IndexSource;
  readonly #policies: Pick<PolicyStore, "get">;
  readonly #serverName: string;

  constructor(source: IndexSource, policies: Pick<PolicyStore, "get">, serverName: string) {
    this.#source = source;
    this.#policies = policies;
    this.#serverName = serverName;
  }

  /**
   * The room, or undefined where indexers may not know it: the service user is not in it, it is closed, or still being
   * made, or its policy (of what the state and the database say the stricter) forbids it.
   * @throws HomeserverError, StoreAway
   */
  async find(roomId: string): Promise<IndexedRoom | undefined> {
    const state = await this.#state(roomId);
    const record = await this.#policies.get(roomId);
    const isClosed = record && (record.closing_at ?? record.closed_at) !== null;
    if (!state || isClosed) return undefined;
    if (effectivePolicy(state, record?.policy).do_not_index) return undefined;
    const { userId } = this.#source;
    // a room of the service's own that is not on record: it is being made, and has not got its rules yet, or is the bot's
    const byService = state.some(({ type, sender }) => type === "m.room.create" && sender === userId);
    if (byService && !record) return undefined;
    const source = { server_name: this.#serverName, room_id: roomId };
    return { roomId, authors: new Authors(state, source, userId, new MemberProfiles([])) };
  }

  /** What decides it; undefined where the service user is not in the room. */
  async #state(roomId: string): Promise<StateEvent[] | undefined> {
    const { userId } = this.#source;
    const wanted = [
      ["m.room.member", userId],
      [POLICY, ""],
      ["m.room.create", ""],
      [IMPORTED, ""],
    ] as const;
    try {
      const found = await Promise.all(wanted.map(([type, key]) => this.#source.stateEvent(roomId, type, key)));
      if (stringMember(found[0]?.content, "membership") !== "join") return undefined;
      return found.filter((event) => event !== undefined);
    } catch (error) {
      if (error instanceof HomeserverError && error.isForbidden) return undefined;
      throw error;
    }
  }
}
