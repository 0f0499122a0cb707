import { setTimeout as sleep } from "node:timers/promises";
import type { ClientEvent } from "../../src/matrix/event.ts";
import { parseJson, stringMember, type JsonObject, type JsonValue } from "../../src/matrix/json.ts";

/** The homeserver's (or the service's) refusal of a request. */
export class RequestError extends Error {
  readonly status: number;
  readonly errcode: string;
  readonly body: JsonObject;

  constructor(method: string, path: string, status: number, body: JsonObject) {
    super(`${method} ${path} → ${status} ${JSON.stringify(body)}`);
    this.status = status;
    this.errcode = typeof body["errcode"] === "string" ? body["errcode"] : "";
    this.body = body;
  }
}

export interface RequestOptions {
  query?: Record<string, string | number | undefined>;
  json?: JsonValue;
  data?: Uint8Array;
  contentType?: string;
}

const V3 = "/_matrix/client/v3";
const encode = encodeURIComponent;
let transactions = 0;

/**
 * A plain client of the client-server API for tests: it shares no code with the service under test but for the JSON types
 * (numbers such as 1.0 arrive as raw numbers).
 */
export class MatrixClient {
  readonly url: string;
  readonly token: string;
  readonly userId: string;
  /** an application service's token speaks for `userId` (`?user_id=`) */
  readonly #masquerade: boolean;

  constructor(url: string, token: string, userId: string, options: { masquerade?: boolean } = {}) {
    this.url = url;
    this.token = token;
    this.userId = userId;
    this.#masquerade = options.masquerade ?? false;
  }

  /** The same user through an application service whose namespace holds them: may date events (`ts`). */
  through(asToken: string): MatrixClient {
    return new MatrixClient(this.url, asToken, this.userId, { masquerade: true });
  }

  /** @throws RequestError where the answer is not 2xx; 429 and a connection that broke are tried again */
  async response(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
    const url = new URL(this.url + path);
    if (this.#masquerade) url.searchParams.set("user_id", this.userId);
    for (const [key, value] of Object.entries(options.query ?? {}))
      if (value !== undefined) url.searchParams.set(key, String(value));
    const headers: Record<string, string> = { authorization: `Bearer ${this.token}` };
    const body = options.json === undefined ? options.data : JSON.stringify(options.json);
    if (body !== undefined) headers["content-type"] = options.contentType ?? "application/json";
    for (let attempt = 0; ; attempt++) {
      const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) }).catch(
        (error: unknown) => {
          if (attempt >= 1 || method === "POST") throw error;
        },
      );
      if (response?.ok) return response;
      const answer = response === undefined ? {} : await errorBody(response);
      if (response !== undefined && (response.status !== 429 || attempt >= 5))
        throw new RequestError(method, path, response.status, answer);
      await sleep(200);
    }
  }

  async request(method: string, path: string, options: RequestOptions = {}): Promise<JsonObject> {
    return parseJson(await (await this.response(method, path, options)).text()) as JsonObject;
  }

  async whoami(): Promise<JsonObject> {
    return this.request("GET", `${V3}/account/whoami`);
  }

  async setDisplayName(displayname: string): Promise<void> {
    await this.request("PUT", `${V3}/profile/${encode(this.userId)}/displayname`, { json: { displayname } });
  }

  async setAvatar(avatarUrl: string): Promise<void> {
    await this.request("PUT", `${V3}/profile/${encode(this.userId)}/avatar_url`, { json: { avatar_url: avatarUrl } });
  }

  /** Gives the `mxc://` URI. */
  async upload(data: Uint8Array, contentType: string, filename?: string): Promise<string> {
    const answer = await this.request("POST", "/_matrix/media/v3/upload", { data, contentType, query: { filename } });
    return need(answer, "content_uri");
  }

  async download(mxc: string): Promise<Buffer> {
    const path = `/_matrix/client/v1/media/download/${mxc.slice("mxc://".length)}`;
    return Buffer.from(await (await this.response("GET", path)).arrayBuffer());
  }

  /** Gives the room id. */
  async createRoom(options: JsonObject = {}): Promise<string> {
    const answer = await this.request("POST", `${V3}/createRoom`, { json: { preset: "private_chat", ...options } });
    return need(answer, "room_id");
  }

  async invite(roomId: string, userId: string): Promise<void> {
    await this.#membership(roomId, "invite", { user_id: userId });
  }
  async join(roomIdOrAlias: string): Promise<void> {
    await this.request("POST", `${V3}/join/${encode(roomIdOrAlias)}`, { json: {} });
  }
  async leave(roomId: string, reason?: string): Promise<void> {
    await this.#membership(roomId, "leave", reason === undefined ? {} : { reason });
  }
  async kick(roomId: string, userId: string, reason = ""): Promise<void> {
    await this.#membership(roomId, "kick", { user_id: userId, reason });
  }
  async ban(roomId: string, userId: string, reason = ""): Promise<void> {
    await this.#membership(roomId, "ban", { user_id: userId, reason });
  }
  async unban(roomId: string, userId: string): Promise<void> {
    await this.#membership(roomId, "unban", { user_id: userId });
  }
  async #membership(roomId: string, act: string, json: JsonObject): Promise<void> {
    await this.request("POST", `${V3}/rooms/${encode(roomId)}/${act}`, { json });
  }

  /** Gives the event id. `ts` (milliseconds) is honoured for application services only. */
  async send(
    roomId: string,
    type: string,
    content: JsonObject,
    ts?: number,
    txnId = newTransaction(),
  ): Promise<string> {
    const path = `${V3}/rooms/${encode(roomId)}/send/${encode(type)}/${encode(txnId)}`;
    return need(await this.request("PUT", path, { json: content, query: { ts } }), "event_id");
  }

  /** A text message. Gives the event id. */
  async say(roomId: string, body: string, more: JsonObject = {}, ts?: number): Promise<string> {
    return this.send(roomId, "m.room.message", { msgtype: "m.text", body, ...more }, ts);
  }

  async setState(roomId: string, type: string, content: JsonObject, key = "", ts?: number): Promise<string> {
    const path = `${V3}/rooms/${encode(roomId)}/state/${encode(type)}/${encode(key)}`;
    return need(await this.request("PUT", path, { json: content, query: { ts } }), "event_id");
  }

  async react(roomId: string, target: string, key: string, ts?: number): Promise<string> {
    const relation = { rel_type: "m.annotation", event_id: target, key };
    return this.send(roomId, "m.reaction", { "m.relates_to": relation }, ts);
  }

  async edit(roomId: string, target: string, body: string, ts?: number): Promise<string> {
    const edited: JsonObject = { msgtype: "m.text", body };
    const relation = { rel_type: "m.replace", event_id: target };
    return this.say(roomId, `* ${body}`, { "m.new_content": edited, "m.relates_to": relation }, ts);
  }

  async redact(roomId: string, target: string, reason?: string): Promise<string> {
    const path = `${V3}/rooms/${encode(roomId)}/redact/${encode(target)}/${encode(newTransaction())}`;
    return need(await this.request("PUT", path, { json: reason === undefined ? {} : { reason } }), "event_id");
  }

  /** The whole current state. */
  async state(roomId: string): Promise<ClientEvent[]> {
    const path = `${V3}/rooms/${encode(roomId)}/state`;
    return parseJson(await (await this.response("GET", path)).text()) as unknown as ClientEvent[];
  }

  /** The content of one state event. @throws RequestError (404 where there is none) */
  async stateContent(roomId: string, type: string, key = ""): Promise<JsonObject> {
    return this.request("GET", `${V3}/rooms/${encode(roomId)}/state/${encode(type)}/${encode(key)}`);
  }

  async event(roomId: string, eventId: string): Promise<ClientEvent> {
    const path = `${V3}/rooms/${encode(roomId)}/event/${encode(eventId)}`;
    return (await this.request("GET", path)) as unknown as ClientEvent;
  }

  /** Every event that this user may see, oldest first. */
  async timeline(roomId: string): Promise<ClientEvent[]> {
    const events = new Map<string, ClientEvent>();
    let from: string | undefined;
    do {
      const path = `${V3}/rooms/${encode(roomId)}/messages`;
      const page = await this.request("GET", path, { query: { dir: "b", limit: 1000, from } });
      // Dendrite gives the last event twice, and who has left the same page for ever
      for (const event of page["chunk"] as unknown as ClientEvent[]) events.set(event.event_id, event);
      const end = stringMember(page, "end");
      from = end === from ? undefined : end;
    } while (from !== undefined);
    return [...events.values()].reverse();
  }
}

function need(answer: JsonObject, key: string): string {
  const value = stringMember(answer, key);
  if (value === undefined) throw new Error(`the answer has no ${key}: ${JSON.stringify(answer)}`);
  return value;
}

function newTransaction(): string {
  return `t${process.pid}.${Date.now()}.${++transactions}`;
}

async function errorBody(response: Response): Promise<JsonObject> {
  const text = await response.text();
  try {
    return parseJson(text) as JsonObject;
  } catch {
    return { error: text };
  }
}
