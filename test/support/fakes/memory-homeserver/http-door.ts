import { createServer, type IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { endpointOf } from "../../../../src/adapters/homeserver/endpoints.ts";
import { objectMember, parseJson, stringMember, type JsonObject, type JsonValue } from "../../../../src/matrix/json.ts";
import { HomeserverError } from "../../../../src/ports/homeserver/homeserver.ts";
import { onLoopback } from "../../loopback.ts";
import type { MemoryHomeserver } from "./homeserver.ts";
import type { MemoryUser } from "./user.ts";

/** A homeserver in memory behind the client-server API, as far as adapters use it. */
export interface HttpDoor extends AsyncDisposable {
  readonly url: string;
  /** endpoints (method and path as the specification writes it) in the order of the calls */
  readonly calls: string[];
  /** Is asked for each call; where it says so, the call is done and its answer lost: the connection is cut. */
  loses: (endpoint: string) => boolean;
  close(): Promise<void>;
}

interface Call {
  user: MemoryUser;
  /** the decoded parts of the path that vary, in order */
  parts: string[];
  query: URLSearchParams;
  body: JsonObject;
}

const ROOM = "/_matrix/client/v3/rooms/{roomId}";
const signal = new AbortController().signal;

/** By endpoint. Users are told by `user_id`, else by their token, which is their id. */
function routes(homeserver: MemoryHomeserver): Record<string, (call: Call) => Promise<JsonValue>> {
  const ts = (query: URLSearchParams): number | undefined => (query.has("ts") ? Number(query.get("ts")) : undefined);
  const nothing = async (act: Promise<void>): Promise<JsonValue> => (await act, {});
  const found = <T>(value: T | undefined): T => {
    if (value === undefined) throw new HomeserverError(404, "M_NOT_FOUND", "Not found");
    return value;
  };
  return {
    "POST /_matrix/client/v3/createRoom": async ({ user, body }) => ({ room_id: await user.createRoom(body) }),
    "GET /_matrix/client/v3/joined_rooms": async ({ user }) => ({ joined_rooms: await user.joinedRooms() }),
    "GET /_matrix/client/v3/account/whoami": async ({ user }) => ({ user_id: user.userId }),
    "PUT /_matrix/client/v3/devices/{deviceId}": async () => ({}),
    "POST /_matrix/client/v3/join/{roomIdOrAlias}": async ({ user, parts: [room = ""] }) => {
      await user.join(room);
      return { room_id: room };
    },
    [`PUT ${ROOM}/send/{eventType}/{txnId}`]: async ({
      user,
      parts: [room = "", type = "", txn = ""],
      query,
      body,
    }) => ({
      event_id: await user.send(room, type, txn, body, ts(query)),
    }),
    [`PUT ${ROOM}/redact/{eventId}/{txnId}`]: async ({ user, parts: [room = "", event = "", txn = ""], body }) => ({
      event_id: await user.redact(room, event, txn, stringMember(body, "reason")),
    }),
    [`PUT ${ROOM}/state/{eventType}/{stateKey}`]: async ({
      user,
      parts: [room = "", type = "", key = ""],
      query,
      body,
    }) => ({
      event_id: await user.sendState(room, type, key, body, ts(query)),
    }),
    [`GET ${ROOM}/state/{eventType}/{stateKey}`]: async ({ user, parts: [room = "", type = "", key = ""] }) => ({
      ...found(await user.stateEvent(room, type, key)),
    }),
    [`GET ${ROOM}/state`]: async ({ user, parts: [room = ""] }) => (await user.state(room)) as unknown as JsonValue,
    [`GET ${ROOM}/event/{eventId}`]: async ({ user, parts: [room = "", event = ""] }) =>
      found(user.event(room, event)) as unknown as JsonValue,
    [`GET ${ROOM}/messages`]: async ({ user, parts: [room = ""], query }) => {
      homeserver.pageSize = Number(query.get("limit"));
      const page = await user.messages(room, query.get("from") ?? undefined, signal);
      return { ...page, chunk: [...page.chunk] };
    },
    [`POST ${ROOM}/invite`]: ({ user, parts: [room = ""], body }) =>
      nothing(user.invite(room, String(body["user_id"]), stringMember(body, "reason"))),
    [`POST ${ROOM}/kick`]: ({ user, parts: [room = ""], body }) =>
      nothing(user.kick(room, String(body["user_id"]), stringMember(body, "reason") ?? "")),
    [`POST ${ROOM}/leave`]: ({ user, parts: [room = ""] }) => nothing(user.leave(room)),
    [`POST ${ROOM}/forget`]: ({ user, parts: [room = ""] }) => nothing(user.forget(room)),
  };
}

export async function httpDoor(homeserver: MemoryHomeserver): Promise<HttpDoor> {
  const table = routes(homeserver);
  const answerTo = async (request: IncomingMessage, endpoint: string, bytes: Buffer): Promise<JsonValue> => {
    const route = table[endpoint];
    if (!route || homeserver.behaviours.unrecognized.includes(endpoint))
      throw new HomeserverError(404, "M_UNRECOGNIZED", "Unrecognized request");
    const { pathname, searchParams: query } = new URL(request.url ?? "", "http://localhost");
    const pattern = endpoint.slice(endpoint.indexOf(" ") + 1).split("/");
    const parts = pathname
      .split("/")
      .flatMap((part, index) => (pattern[index]?.startsWith("{") ? [decodeURIComponent(part)] : []));
    const token = request.headers.authorization?.replace("Bearer ", "") ?? "";
    const user = homeserver.as(query.get("user_id") ?? token);
    const body = objectMember({ body: bytes.length === 0 ? {} : parseJson(bytes.toString()) }, "body") ?? {};
    return await route({ user, parts, query, body });
  };
  const server = createServer((request, response) => {
    void (async () => {
      const bytes = await buffer(Readable.from(request));
      const endpoint = `${request.method ?? ""} ${endpointOf(request.url ?? "")}`;
      door.calls.push(endpoint);
      const [status, answer] = await answerTo(request, endpoint, bytes).then(
        (given) => [200, given] as const,
        (error: unknown) => {
          if (!(error instanceof HomeserverError)) throw error;
          return [error.status, { errcode: error.errcode, error: error.message }] as const;
        },
      );
      if (door.loses(endpoint)) request.socket.destroy();
      else response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
    })();
  });
  const { url, close } = await onLoopback(server);
  const door: HttpDoor = { url, close, calls: [], loses: () => false, [Symbol.asyncDispose]: close };
  return door;
}
