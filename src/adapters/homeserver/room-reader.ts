import { parseClientEvent, type ClientEvent } from "../../matrix/event.ts";
import { member, objectMember, stringMember, type JsonValue } from "../../matrix/json.ts";
import { HomeserverError, type RoomReader, type TimelinePage } from "../../ports/homeserver/homeserver.ts";
import { path, pathV1, type HomeserverClient } from "./client.ts";

/** The most that homeservers give at once; Dendrite cuts it down by itself. */
const PAGE = 1000;
/** More than that Synapse does not give of relations. */
const RELATIONS_PAGE = 100;
/** An old page may have to be fetched from other servers first. */
const PAGE_TIMEOUT_MS = 180_000;

/** Reads rooms as one user. */
export class HomeserverReader implements RoomReader {
  readonly userId: string;
  readonly #client: HomeserverClient;

  constructor(client: HomeserverClient, userId: string) {
    this.#client = client;
    this.userId = userId;
  }

  async messages(roomId: string, from: string | undefined, signal: AbortSignal): Promise<TimelinePage> {
    return await timelinePage(this.#client, roomId, { dir: "b", limit: PAGE, from }, signal);
  }

  async state(roomId: string, signal: AbortSignal): Promise<ClientEvent[]> {
    const answer = await this.#client.call({ method: "GET", path: path`/rooms/${roomId}/state`, signal });
    return eventsOf(answer);
  }

  async stateEvent(roomId: string, type: string, stateKey: string): Promise<ClientEvent | undefined> {
    return await stateEvent(this.#client, roomId, type, stateKey);
  }

  async threadMessages(roomId: string, rootId: string, signal: AbortSignal): Promise<string[]> {
    const target = pathV1`/rooms/${roomId}/relations/${rootId}/m.thread`;
    const ids: string[] = [];
    let from: string | undefined;
    do {
      const query = { dir: "b", limit: RELATIONS_PAGE, from };
      const answer = await this.#client.call({ method: "GET", path: target, query, signal });
      for (const { event_id } of eventsOf(member(answer, "chunk") ?? [])) ids.push(event_id);
      const next = stringMember(answer, "next_batch");
      from = next === from ? undefined : next;
    } while (from !== undefined);
    return ids;
  }

  async ignoredUsers(signal: AbortSignal): Promise<string[]> {
    const target = path`/user/${this.userId}/account_data/m.ignored_user_list`;
    try {
      const list = await this.#client.call({ method: "GET", path: target, signal });
      return Object.keys(objectMember(list, "ignored_users") ?? {});
    } catch (error) {
      if (error instanceof HomeserverError && error.status === 404) return [];
      throw error;
    }
  }
}

/** `GET /rooms/{roomId}/messages`. @throws HomeserverError */
export async function timelinePage(
  client: HomeserverClient,
  roomId: string,
  query: { dir: "b"; limit: number; from?: string | undefined },
  signal?: AbortSignal,
): Promise<TimelinePage> {
  const call = { method: "GET", path: path`/rooms/${roomId}/messages`, query, timeoutMs: PAGE_TIMEOUT_MS } as const;
  return pageOf(await client.call(signal ? { ...call, signal } : call));
}

/** What a homeserver answers when it is asked for a page. @throws HomeserverError */
export function pageOf(answer: JsonValue): TimelinePage {
  const chunk = member(answer, "chunk");
  if (!Array.isArray(chunk)) throw new HomeserverError(200, "M_UNKNOWN", "the homeserver's page has no chunk");
  const end = stringMember(answer, "end");
  return end === undefined ? { chunk } : { chunk, end };
}

/** One current state event, or undefined where there is none. @throws HomeserverError */
export async function stateEvent(
  client: HomeserverClient,
  roomId: string,
  type: string,
  stateKey: string,
): Promise<ClientEvent | undefined> {
  const target = path`/rooms/${roomId}/state/${type}/${stateKey}`;
  try {
    return parseClientEvent(await client.call({ method: "GET", path: target, query: { format: "event" } }));
  } catch (error) {
    if (error instanceof HomeserverError && error.status === 404) return undefined;
    throw error;
  }
}

/** The well-formed events of a list. */
export function eventsOf(list: JsonValue): ClientEvent[] {
  if (!Array.isArray(list)) return [];
  return list.map(parseClientEvent).filter((event) => event !== undefined);
}
