import type { ClientEvent } from "../../../matrix/event.ts";
import { stringMember, type JsonValue } from "../../../matrix/json.ts";
import type { TimelinePage } from "../../../ports/homeserver/homeserver.ts";
import { arrayOf, eventsOf } from "../answers.ts";
import { path, type HomeserverCall, type HomeserverClient } from "../client.ts";

/** The most that homeservers give at once; Dendrite cuts it down by itself. */
export const PAGE = 1000;
/** An old page may have to be fetched from other servers first. */
const PAGE_TIMEOUT_MS = 180_000;

/** A page whose events are all parsed. */
interface WholePage extends TimelinePage {
  chunk: JsonValue[];
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

/** The call for a page. */
export function messagesCall(roomId: string, query: HomeserverCall["query"] & object): HomeserverCall {
  return { method: "GET", path: path`/rooms/${roomId}/messages`, query, timeoutMs: PAGE_TIMEOUT_MS };
}

/** What a homeserver answers when it is asked for a page. @throws UnexpectedAnswer */
export function pageOf(call: { method: string; path: string }, answer: JsonValue): WholePage {
  const chunk = arrayOf(call, answer, "chunk");
  const end = stringMember(answer, "end");
  return end === undefined ? { chunk } : { chunk, end };
}

/** The whole current state of a room (`GET /rooms/{roomId}/state`). @throws HomeserverError */
export async function roomState(
  client: HomeserverClient,
  roomId: string,
  signal?: AbortSignal,
): Promise<ClientEvent[]> {
  const call = { method: "GET", path: path`/rooms/${roomId}/state`, ...(signal && { signal }) } as const;
  return eventsOf(call, await client.call(call));
}
