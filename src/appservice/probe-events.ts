import { member, stringMember, type JsonValue } from "../matrix/json.ts";
import { PROBE } from "../matrix/names.ts";

/** Probes are rare, and the events of one come together. */
const ROOMS = 16;

/** Takes the events of the service's own probe rooms out of what the homeserver pushes: nothing in the service is to act on them. */
export class ProbeEvents {
  readonly #serviceUser: string;
  readonly #rooms = new Set<string>();

  /** `serviceUser`: only rooms that this user has made count, whatever mark others put into theirs */
  constructor(serviceUser: string) {
    this.#serviceUser = serviceUser;
  }

  /** The events of all other rooms. A room's `m.room.create` comes first. */
  without(events: readonly JsonValue[]): JsonValue[] {
    return events.filter((event) => {
      const roomId = stringMember(event, "room_id");
      if (roomId === undefined) return true;
      if (this.#isProbe(event)) this.#add(roomId);
      return !this.#rooms.has(roomId);
    });
  }

  #isProbe(event: JsonValue): boolean {
    return (
      member(event, "type") === "m.room.create" &&
      member(event, "state_key") === "" &&
      member(event, "sender") === this.#serviceUser &&
      member(member(event, "content"), PROBE) === true
    );
  }

  #add(roomId: string): void {
    this.#rooms.add(roomId);
    const [oldest] = this.#rooms;
    if (this.#rooms.size > ROOMS && oldest !== undefined) this.#rooms.delete(oldest);
  }
}
