import { redactedBecause, type ClientEvent, type StateEvent } from "../../matrix/event.ts";
import { objectMember, stringMember, type JsonObject } from "../../matrix/json.ts";
import { HomeserverError, type TimelinePage } from "../../ports/homeserver/homeserver.ts";
import type { IndexSource } from "../../ports/homeserver/index-source.ts";
import { eventOf, eventsOf } from "./answers.ts";
import { path, pathV1, type HomeserverClient } from "./client.ts";
import { stateEvent } from "./reading/room-reader.ts";
import { timelinePage } from "./reading/room-answers.ts";
import { joinedRooms } from "./room-calls.ts";

/** The most that homeservers give at once. */
const PAGE = 1000;
/** Calls at the same time: more makes no homeserver quicker. */
const AT_ONCE = 8;

/** Edits of one event that are looked at. */
const EDITS = 100;

/** Reads for the feed for indexers. */
export class HomeserverIndexSource implements IndexSource {
  readonly userId: string;
  readonly #client: HomeserverClient;
  readonly #bundlesEdits: () => Promise<boolean | null>;

  /**
   * @param client acts as `userId`
   * @param bundlesEdits does the homeserver give the edit that is in force with an event? null: not known, they are asked for
   */
  constructor(
    client: HomeserverClient,
    userId: string,
    bundlesEdits: () => Promise<boolean | null> = async () => true,
  ) {
    this.#client = client;
    this.userId = userId;
    this.#bundlesEdits = bundlesEdits;
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
    const askForEdits = (await this.#bundlesEdits()) !== true;
    const fetchSome = async (): Promise<void> => {
      for (const eventId of waiting) {
        const event = await this.#event(roomId, eventId);
        if (event) found.set(eventId, askForEdits ? await this.#withEdit(roomId, event) : event);
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

  /**
   * The event with its edit in force beside it, as homeservers should give it: the one by its sender with the greatest time, then id
   * (client-server API, "Event replacements").
   */
  async #withEdit(roomId: string, event: ClientEvent): Promise<ClientEvent> {
    const { event_id, type, sender, state_key, unsigned = {} } = event;
    const relations = objectMember(unsigned, "m.relations");
    if (state_key !== undefined || redactedBecause(event) || objectMember(relations, "m.replace")) return event;
    const target = pathV1`/rooms/${roomId}/relations/${event_id}/m.replace`;
    const call = { method: "GET", path: target, query: { dir: "b", limit: EDITS } } as const;
    const [edit] = eventsOf(call, await this.#client.call(call), "chunk")
      .filter((other) => other.sender === sender && other.type === type && !redactedBecause(other))
      .sort((a, b) => b.origin_server_ts - a.origin_server_ts || (a.event_id < b.event_id ? 1 : -1));
    if (!edit) return event;
    const bundled = { ...relations, "m.replace": { ...edit } as unknown as JsonObject };
    return { ...event, unsigned: { ...unsigned, "m.relations": bundled } };
  }
}
