import type { ClientEvent } from "../../../matrix/event.ts";
import { member, stringMember } from "../../../matrix/json.ts";
import { HomeserverError, type RoomReader, type TimelinePage } from "../../../ports/homeserver/homeserver.ts";
import type { HomeserverAdmin } from "../../../ports/homeserver/homeserver-admin.ts";
import type { Permit } from "../../../ports/homeserver/homeserver-access.ts";
import type { HomeserverSettings } from "../access.ts";
import { HomeserverClient } from "../client.ts";
import { arrayOf, eventsOf } from "../answers.ts";
import { pageOf } from "../reading/room-answers.ts";

const ROOMS = "/_synapse/admin/v1/rooms";
/** Of both lists, at once. */
const PAGE = 1000;
/** An old page may take its time. */
const PAGE_TIMEOUT_MS = 180_000;

/** Synapse's admin API ("List Room API", "Room State API", "Room Messages API"), until the signal comes. */
export function synapseAdmin(
  { url, serviceUser, logger, meter }: HomeserverSettings,
  adminToken: string,
  signal: AbortSignal,
  permit: Permit,
): HomeserverAdmin {
  const client = new HomeserverClient({ url, accessToken: adminToken, logger, meter, signal, permit });
  return { rooms: () => allRooms(client), reader: new AdminReader(client, serviceUser) };
}

async function allRooms(client: HomeserverClient): Promise<string[]> {
  const ids = new Set<string>();
  for (let from: number | undefined; ;) {
    const query = { limit: PAGE, from, order_by: "name" };
    const call = { method: "GET", path: ROOMS, query } as const;
    const answer = await client.call(call);
    for (const room of arrayOf(call, answer, "rooms")) {
      const id = stringMember(room, "room_id");
      if (id !== undefined) ids.add(id);
    }
    const next = member(answer, "next_batch");
    if (typeof next !== "number") return [...ids];
    from = next;
  }
}

class AdminReader implements RoomReader {
  readonly userId: string;
  readonly #client: HomeserverClient;

  constructor(client: HomeserverClient, userId: string) {
    this.#client = client;
    this.userId = userId;
  }

  async messages(roomId: string, from: string | undefined, signal: AbortSignal): Promise<TimelinePage> {
    const path = `${ROOMS}/${encodeURIComponent(roomId)}/messages`;
    const query = { dir: "b", limit: PAGE, from };
    const call = { method: "GET", path, query, timeoutMs: PAGE_TIMEOUT_MS, signal } as const;
    return pageOf(call, await this.#client.call(call));
  }

  async state(roomId: string, signal: AbortSignal): Promise<ClientEvent[]> {
    const path = `${ROOMS}/${encodeURIComponent(roomId)}/state`;
    const call = { method: "GET", path, signal } as const;
    return eventsOf(call, await this.#client.call(call), "state");
  }

  async stateEvent(roomId: string, type: string, stateKey: string): Promise<ClientEvent | undefined> {
    const path = `${ROOMS}/${encodeURIComponent(roomId)}/state`;
    const call = { method: "GET", path, query: { type } } as const;
    const state = eventsOf(call, await this.#client.call(call), "state");
    return state.find((event) => event.type === type && event.state_key === stateKey);
  }

  /** An administrator's page leaves nobody out. */
  ignoredUsers(): Promise<string[]> {
    return Promise.resolve([]);
  }

  /** The admin API has no relations, and nobody asks for a thread of all rooms. */
  threadMessages(): Promise<string[]> {
    return Promise.reject(new HomeserverError(404, "M_NOT_FOUND", "the admin API does not give threads"));
  }
}
