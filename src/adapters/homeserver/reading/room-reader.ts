import { findState, type ClientEvent, type StateEvent } from "../../../matrix/event.ts";
import { objectMember, stringMember, type JsonValue } from "../../../matrix/json.ts";
import type { RoomReader, RoomSnapshot, TimelinePage } from "../../../ports/homeserver/homeserver.ts";
import { eventsOf, objectOf, stateEventOf, unlessAbsent } from "../answers.ts";
import { jsonOf } from "../call-failed.ts";
import { path, pathV1, type HomeserverClient } from "../client.ts";
import { RoomSnapshots } from "./room-snapshots.ts";
import { servedPage } from "./served-page.ts";
import { messagesCall, PAGE, pageOf, roomState } from "./room-answers.ts";

/** More than that Synapse does not give of relations. */
const RELATIONS_PAGE = 100;
/** Synapse before 1.135 never answers where one redacted state event is asked for. */
const STATE_TIMEOUT_MS = 10_000;

/** Reads rooms as one user. */
export class HomeserverReader implements RoomReader {
  readonly userId: string;
  readonly #client: HomeserverClient;
  readonly #snapshots: RoomSnapshots;

  /** @param snapshots what is known of those of this homeserver */
  constructor(client: HomeserverClient, userId: string, snapshots = new RoomSnapshots()) {
    this.#client = client;
    this.userId = userId;
    this.#snapshots = snapshots;
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
    return await roomState(this.#client, roomId, signal);
  }

  async snapshot(roomId: string, signal: AbortSignal): Promise<RoomSnapshot | undefined> {
    return await this.#snapshots.of(this.#client, roomId, signal);
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
    instead = { found: findState(await roomState(client, roomId), type, stateKey) };
    return {};
  };
  const target = path`/rooms/${roomId}/state/${type}/${stateKey}`;
  const query = { format: "event" };
  const call = { method: "GET", path: target, query, timeoutMs: STATE_TIMEOUT_MS, lookBack } as const;
  const answer = await unlessAbsent(client.call(call));
  if (instead) return instead.found;
  return answer === undefined ? undefined : stateEventOf(call, answer, type, stateKey);
}
