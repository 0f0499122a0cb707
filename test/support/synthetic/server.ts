import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { MadeUpRoom } from "./made-up-room.ts";
import type { SyntheticProcessOptions } from "../synthetic-homeserver.ts";

// The process of a synthetic homeserver. Its one argument: SyntheticProcessOptions as JSON.
const options = JSON.parse(process.argv[2] ?? "{}") as SyntheticProcessOptions;
const { serverName, users } = options;
const room = new MadeUpRoom(options);

createServer((request, response) => {
  // what is sent here is not kept, but must be read to its end
  request.resume().on("end", () => answer(request, response));
}).listen(options.port, "127.0.0.1");

function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://localhost");
  const parts = url.pathname.split("/").slice(1).map(decodeURIComponent);
  if (url.pathname === "/_matrix/client/versions") {
    json(response, 200, { versions: ["v1.11"] });
    return;
  }
  const token = request.headers.authorization?.replace(/^Bearer /, "") ?? "";
  const own = Object.hasOwn(users, token) ? users[token] : undefined;
  if (own === undefined) {
    json(response, 401, { errcode: "M_UNKNOWN_TOKEN", error: "Unknown access token" });
    return;
  }
  const userId = url.searchParams.get("user_id") ?? own;
  const [, , version, resource = "", ...rest] = parts;
  if (resource === "media" && rest[0] === "download") file(response, rest[1] ?? "", rest[2] ?? "");
  else if (resource === "media" && rest[0] === "config") json(response, 200, { "m.upload.size": 50 * 1024 * 1024 });
  else if (version === "v3" && resource === "rooms") roomCall(request, response, url, rest);
  else if (url.pathname.endsWith("/account/whoami")) json(response, 200, { user_id: userId });
  else if (resource === "profile" && request.method === "GET")
    json(response, 200, { displayname: "Somebody", avatar_url: `mxc://${serverName}/avatar` });
  else if (resource === "user") json(response, 404, { errcode: "M_NOT_FOUND", error: "No such account data" });
  else if (["register", "devices", "profile"].includes(resource)) json(response, 200, { user_id: userId });
  else json(response, 404, { errcode: "M_UNRECOGNIZED", error: "Unrecognized request" });
}

function roomCall(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  [roomId, what, type, key]: string[],
): void {
  if (roomId !== room.roomId) json(response, 403, { errcode: "M_FORBIDDEN", error: "You are not in this room" });
  else if (request.method !== "GET") json(response, 404, { errcode: "M_UNRECOGNIZED", error: "It cannot be changed" });
  else if (what === "messages") messages(response, url.searchParams);
  else if (what === "state" && type === undefined) json(response, 200, room.state());
  else if (what === "state") {
    const found = room.state().find((event) => event.type === type && event.state_key === (key ?? ""));
    if (found) json(response, 200, url.searchParams.get("format") === "event" ? found : found.content);
    else json(response, 404, { errcode: "M_NOT_FOUND", error: "Event not found" });
  } else json(response, 404, { errcode: "M_UNRECOGNIZED", error: "Unrecognized request" });
}

/** Backwards; a token is the number of events before it. As Synapse: only an empty page has no `end`. */
function messages(response: ServerResponse, query: URLSearchParams): void {
  const from = query.get("from");
  const before = from === null ? room.events : Number(/^t(\d+)$/.exec(from)?.[1]);
  if (query.get("dir") !== "b" || !(before <= room.events)) {
    json(response, 400, { errcode: "M_INVALID_PARAM", error: "Backwards only, from a token of this room" });
    return;
  }
  const count = Math.min(before, Number(query.get("limit") ?? 10), 1000);
  const chunk = Array.from({ length: count }, (_, i) => room.event(before - 1 - i));
  json(response, 200, { chunk, start: `t${before}`, ...(count > 0 && { end: `t${before - count}` }) });
}

function file(response: ServerResponse, server: string, mediaId: string): void {
  const bytes = server === serverName ? room.file(mediaId) : undefined;
  if (bytes) response.writeHead(200, { "content-type": "text/plain", "content-length": bytes.length }).end(bytes);
  else json(response, 404, { errcode: "M_NOT_FOUND", error: "Not found" });
}

function json(response: ServerResponse, status: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { "content-type": "application/json", "content-length": bytes.length }).end(bytes);
}
