import { findState, type ClientEvent, type StateEvent } from "../../../matrix/event.ts";
import { objectMember, stringMember, type JsonValue } from "../../../matrix/json.ts";
import type { RoomReader, TimelinePage } from "../../../ports/homeserver/homeserver.ts";
import { arrayOf, eventsOf, objectOf, stateEventOf, unlessAbsent } from "../answers.ts";
import { jsonOf } from "../call-failed.ts";
import { path, pathV1, type HomeserverCall, type HomeserverClient } from "../client.ts";
import { servedPage } from "./served-page.ts";

/** The most that homeservers give at once; Dendrite cuts it down by itself. */
const PAGE = 1000;
/** More than that Synapse does not give of relations. */
const RELATIONS_PAGE = 100;
/** Synapse before 1.135 never answers where one redacted state event is asked for. */
const STATE_TIMEOUT_MS = 10_000;
/** An old page may have to be fetched from other servers first. */
const PAGE_TIMEOUT_MS = 180_000;

/** A page whose events are all parsed. */
interface WholePage extends TimelinePage {
  chunk: JsonValue[];
}

/** Reads rooms as one user. */
export class HomeserverReader implements RoomReader {
  readonly userId: string;
  readonly #client: HomeserverClient;

  constructor(client: HomeserverClient, userId: string) {
    this.#client = client;
    this.userId = userId;
  }

  async messages(roomId: string, from: string | undefined, signal: AbortSignal): Promise<TimelinePage> {
    const call = { ...messagesCall(roomId, { dir: "b", limit: PAGE, from }), signal };
    const answer = await this.#client.read(
      call,
      (body) => servedPage(body.toString("utf8")) ?? { other: jsonOf(body) },
    );
    return "other" in answer ? pageOf(call, answer.other) : answer;
  }

  async state(roomId: string, signal: AbortSignal): Promise<ClientEvent[]> {
    const call = { method: "GET", path: path`/rooms/${roomId}/state`, signal } as const;
    return eventsOf(call, await this.#client.call(call));
  }

  async stateEvent(roomId: string, type: string, stateKey: string): Promise<StateEvent | undefined> {
    return await stateEvent(this.#client, roomId, type, stateKey);
  }

  async threadMessages(roomId: string, rootId: string, signal: AbortSignal): Promise<string[]> {
    const thread = { method: "GET", path: pathV1`/rooms/${roomId}/relations/${rootId}/m.thread`, signal } as const;
    const ids: string[] = [];
    let from: string | undefined;
    do {
      const query = { dir: "b", limit: RELATIONS_PAGE, from };
      const answer = await this.#client.call({ ...thread, query });
      for (const { event_id } of eventsOf(thread, answer, "chunk")) ids.push(event_id);
      const next = stringMember(answer, "next_batch");
      from = next === from ? undefined : next;
    } while (from !== undefined);
    return ids;
  }

  async ignoredUsers(signal: AbortSignal): Promise<string[]> {
    const target = path`/user/${this.userId}/account_data/m.ignored_user_list`;
    const call = { method: "GET", path: target, signal } as const;
    const list = await unlessAbsent(this.#client.call(call));
    return list === undefined ? [] : Object.keys(objectMember(objectOf(call, list), "ignored_users") ?? {});
  }
}

/** `GET /rooms/{roomId}/messages`. @throws HomeserverError */
export async function timelinePage(
  client: HomeserverClient,
  roomId: string,
  query: { dir: "b"; limit: number; from?: string | undefined },
  signal?: AbortSignal,
): Promise<WholePage> {
  const call = { ...messagesCall(roomId, query), ...(signal && { signal }) };
  return pageOf(call, await client.call(call));
}

function messagesCall(roomId: string, query: HomeserverCall["query"] & object): HomeserverCall {
  return { method: "GET", path: path`/rooms/${roomId}/messages`, query, timeoutMs: PAGE_TIMEOUT_MS };
}

/** What a homeserver answers when it is asked for a page. @throws UnexpectedAnswer */
export function pageOf(call: { method: string; path: string }, answer: JsonValue): WholePage {
  const chunk = arrayOf(call, answer, "chunk");
  const end = stringMember(answer, "end");
  return end === undefined ? { chunk } : { chunk, end };
}

/**
 * One current state event (`?format=event`), or undefined where there is none. Where no answer comes it is looked for in the whole state.
 * @throws HomeserverError
 */
export async function stateEvent(
  client: HomeserverClient,
  roomId: string,
  type: string,
  stateKey: string,
): Promise<StateEvent | undefined> {
  let instead: { found: StateEvent | undefined } | undefined;
  const lookBack = async (): Promise<JsonValue> => {
    const whole = { method: "GET", path: path`/rooms/${roomId}/state` } as const;
    instead = { found: findState(eventsOf(whole, await client.call(whole)), type, stateKey) };
    return {};
  };
  const target = path`/rooms/${roomId}/state/${type}/${stateKey}`;
  const query = { format: "event" };
  const call = { method: "GET", path: target, query, timeoutMs: STATE_TIMEOUT_MS, lookBack } as const;
  const answer = await unlessAbsent(client.call(call));
  if (instead) return instead.found;
  return answer === undefined ? undefined : stateEventOf(call, answer, type, stateKey);
}
