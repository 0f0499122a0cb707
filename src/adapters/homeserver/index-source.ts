import type { ClientEvent, StateEvent } from "../../matrix/event.ts";
import { stringMember } from "../../matrix/json.ts";
import { HomeserverError, type TimelinePage } from "../../ports/homeserver/homeserver.ts";
import type { IndexSource } from "../../ports/homeserver/index-source.ts";
import { eventOf } from "./answers.ts";
import { path, type HomeserverClient } from "./client.ts";
import { stateEvent, timelinePage } from "./room-reader.ts";
import { joinedRooms } from "./room-calls.ts";

/** The most that homeservers give at once. */
const PAGE = 1000;
/** Calls at the same time: more makes no homeserver quicker. */
const AT_ONCE = 8;

/** Reads for the feed for indexers. `client` acts as `userId`. */
export class HomeserverIndexSource implements IndexSource {
  readonly userId: string;
  readonly #client: HomeserverClient;

  constructor(client: HomeserverClient, userId: string) {
    this.#client = client;
    this.userId = userId;
  }

  async joinedRooms(): Promise<string[]> {
    return await joinedRooms(this.#client);
  }

  async stateEvent(roomId: string, type: string, stateKey: string): Promise<StateEvent | undefined> {
    return await stateEvent(this.#client, roomId, type, stateKey);
  }

  async newest(roomId: string): Promise<string | undefined> {
    const { chunk } = await timelinePage(this.#client, roomId, { dir: "b", limit: 1 });
    return stringMember(chunk[0], "event_id");
  }

  async messages(roomId: string, from: string | undefined): Promise<TimelinePage> {
    return await timelinePage(this.#client, roomId, { dir: "b", limit: PAGE, from });
  }

  async events(roomId: string, eventIds: readonly string[]): Promise<Map<string, ClientEvent>> {
    const found = new Map<string, ClientEvent>();
    const waiting = eventIds.values();
    const fetchSome = async (): Promise<void> => {
      for (const eventId of waiting) {
        const event = await this.#event(roomId, eventId);
        if (event) found.set(eventId, event);
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, eventIds.length) }, fetchSome));
    return found;
  }

  /** `GET /rooms/{roomId}/event/{eventId}` */
  async #event(roomId: string, eventId: string): Promise<ClientEvent | undefined> {
    const call = { method: "GET", path: path`/rooms/${roomId}/event/${eventId}` } as const;
    try {
      return eventOf(call, await this.#client.call(call));
    } catch (error) {
      if (error instanceof HomeserverError && error.isAbsentOrForbidden) return undefined;
      throw error;
    }
  }
}
