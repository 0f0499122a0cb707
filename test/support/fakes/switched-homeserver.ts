import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { parseJson, type JsonObject, type JsonValue } from "../../../src/matrix/json.ts";
import { onLoopback, type Loopback } from "../loopback.ts";

/** What homeservers do in different ways, each with its name; at first as a new Synapse does. */
export interface Behaviours {
  software: string | null;
  roomVersions: string[];
  /** `?format=event` gives `event_id` */
  stateEventIds: boolean;
  /** `?ts=` is honoured */
  datedEvents: boolean;
  datedState: boolean;
  /** a redaction through `/send` takes effect; `never`: a 500 */
  sentRedactions: boolean | "error";
  /** one by `PUT …/redact` does */
  plainRedactions: boolean;
  devices: boolean;
  bundledEdits: boolean;
  /** events of a page of `/messages` */
  pageLimit: number;
  /** the newest events are on a page only when it has been asked for so often */
  lag: number;
  uploadLimit: number | null;
  media: boolean;
  forget: boolean;
  adminApi: "synapse" | "dendrite" | "none";
}

const AS_SYNAPSE: Behaviours = {
  software: "Synapse 1.999.0",
  roomVersions: ["10", "11", "12"],
  stateEventIds: true,
  datedEvents: true,
  datedState: true,
  sentRedactions: true,
  plainRedactions: true,
  devices: true,
  bundledEdits: true,
  pageLimit: 1000,
  lag: 0,
  uploadLimit: 50_000_000,
  media: true,
  forget: true,
  adminApi: "none",
};

/** What Dendrite 0.15 does otherwise. */
export const AS_DENDRITE: Partial<Behaviours> = {
  software: "Dendrite 0.15.2",
  sentRedactions: false,
  devices: false,
  bundledEdits: false,
  pageLimit: 100,
};

interface SwitchedEvent {
  event_id: string;
  type: string;
  sender: string;
  origin_server_ts: number;
  content: JsonObject;
  state_key?: string;
  unsigned?: JsonObject;
}

interface SwitchedRoom {
  events: SwitchedEvent[];
  state: "joined" | "left" | "forgotten";
}

interface Call {
  method: string;
  segments: string[];
  query: URLSearchParams;
  body: JsonObject;
  token: string;
}

type Reply = [status: number, body: JsonValue];

const UNRECOGNIZED: Reply = [404, { errcode: "M_UNRECOGNIZED", error: "Unrecognized request" }];
const FORBIDDEN: Reply = [403, { errcode: "M_FORBIDDEN", error: "You are not in this room" }];

/** A homeserver over HTTP for one application service, as far as a probe of it goes. */
export class SwitchedHomeserver {
  readonly serviceUser = "@service:x";
  readonly asToken = "as_token";
  readonly adminToken = "admin_token";
  behaviours: Behaviours;
  /** `METHOD /path` of what was called, in order */
  readonly calls: string[] = [];
  readonly rooms = new Map<string, SwitchedRoom>();
  /** told before each call is answered; a status is the answer, `cut` breaks the connection instead of it */
  before: (call: string) => number | "cut" | undefined = () => undefined;
  #count = 0;
  #listening: Loopback | undefined;

  private constructor(behaviours: Partial<Behaviours>) {
    this.behaviours = { ...AS_SYNAPSE, ...behaviours };
  }

  static async start(behaviours: Partial<Behaviours> = {}): Promise<SwitchedHomeserver> {
    const homeserver = new SwitchedHomeserver(behaviours);
    const server = createServer((request, response) => {
      const answer = async (): Promise<void> => {
        const call = await callOf(request);
        const name = `${call.method} /${call.segments.join("/")}`;
        homeserver.calls.push(name);
        const instead = homeserver.before(name);
        const [status, body] = homeserver.#answer(call);
        if (instead === "cut") request.socket.destroy();
        else response.writeHead(instead ?? status).end(JSON.stringify(instead === undefined ? body : {}));
      };
      answer().catch(() => request.socket.destroy());
    });
    homeserver.#listening = await onLoopback(server);
    return homeserver;
  }

  get url(): string {
    return this.#listening?.url ?? "";
  }

  async close(): Promise<void> {
    await this.#listening?.close();
  }

  /** Rooms that the service user is in. */
  get joined(): string[] {
    return [...this.rooms].filter(([, { state }]) => state === "joined").map(([id]) => id);
  }

  /** A room that the service user is in. */
  addRoom(creation: JsonObject = {}, creator = this.serviceUser): string {
    const roomId = `!room${this.rooms.size}:x`;
    const events: SwitchedEvent[] = [];
    this.rooms.set(roomId, { events, state: "joined" });
    this.#add(events, "m.room.create", creation, Date.now(), "").sender = creator;
    return roomId;
  }

  #answer(call: Call): Reply {
    const [first, second, , ...rest] = call.segments;
    if (first === "_synapse" || first === "_dendrite") return this.#administer(call);
    if (call.token !== this.asToken) return [401, { errcode: "M_UNKNOWN_TOKEN", error: "Unknown token" }];
    const { behaviours } = this;
    if (second === "federation")
      return behaviours.software === null ? UNRECOGNIZED : [200, { server: nameOf(behaviours.software) }];
    switch (`${call.method} ${rest[0] ?? ""}`) {
      case "GET ":
        return [200, { versions: ["v1.1", "v1.16"] }];
      case "GET capabilities": {
        const available = Object.fromEntries(behaviours.roomVersions.map((version) => [version, "stable"]));
        return [
          200,
          { capabilities: { "m.room_versions": { default: behaviours.roomVersions.at(-1) ?? "", available } } },
        ];
      }
      case "GET media": {
        if (!behaviours.media) return UNRECOGNIZED;
        return [200, behaviours.uploadLimit === null ? {} : { "m.upload.size": behaviours.uploadLimit }];
      }
      case "PUT devices":
        return behaviours.devices ? [201, {}] : UNRECOGNIZED;
      case "GET joined_rooms":
        return [200, { joined_rooms: this.joined }];
      case "POST createRoom":
        return this.#create(call.body);
    }
    const room = this.rooms.get(rest[1] ?? "");
    if (rest[0] !== "rooms") return UNRECOGNIZED;
    if (!room) return [404, { errcode: "M_UNKNOWN", error: "Not a known room" }];
    return this.#act(room, rest.slice(2), call);
  }

  #administer({ segments, token }: Call): Reply {
    const [api, , what] = segments;
    if (api !== `_${this.behaviours.adminApi}`) return UNRECOGNIZED;
    if (token !== this.adminToken) return token === this.asToken ? FORBIDDEN : [401, { errcode: "M_UNKNOWN_TOKEN" }];
    if (api === "_synapse") return [200, { rooms: [], total_rooms: 0 }];
    return what === "registrationTokens" ? [200, { registration_tokens: [] }] : UNRECOGNIZED;
  }

  #create(body: JsonObject): Reply {
    const version = body["room_version"] ?? this.behaviours.roomVersions.at(-1);
    if (!this.behaviours.roomVersions.includes(String(version)))
      return [400, { errcode: "M_UNSUPPORTED_ROOM_VERSION", error: "no such version" }];
    const roomId = this.addRoom({ ...(body["creation_content"] as JsonObject), room_version: String(version) });
    const room = this.rooms.get(roomId);
    for (const each of (body["initial_state"] ?? []) as JsonObject[])
      this.#add(
        room?.events ?? [],
        String(each["type"]),
        each["content"] as JsonObject,
        Date.now(),
        String(each["state_key"]),
      );
    return [200, { room_id: roomId }];
  }

  #act(room: SwitchedRoom, [action = "", type = "", key = ""]: string[], call: Call): Reply {
    const { behaviours } = this;
    if (action === "forget") {
      if (!behaviours.forget) return UNRECOGNIZED;
      if (room.state === "joined") return [400, { errcode: "M_UNKNOWN", error: "You are in the room" }];
      room.state = "forgotten";
      return [200, {}];
    }
    if (room.state !== "joined") return FORBIDDEN;
    const ts = (honoured: boolean): number => (honoured ? Number(call.query.get("ts") ?? Date.now()) : Date.now());
    switch (`${call.method} ${action}`) {
      case "POST leave":
        room.state = "left";
        return [200, {}];
      case "PUT send":
        if (type === "m.room.redaction" && behaviours.sentRedactions === "error")
          return [500, { errcode: "M_UNKNOWN" }];
        if (type === "m.room.redaction" && behaviours.sentRedactions) redact(room, call.body["redacts"]);
        return [200, { event_id: this.#add(room.events, type, call.body, ts(behaviours.datedEvents)).event_id }];
      case "PUT state":
        return [200, { event_id: this.#add(room.events, type, call.body, ts(behaviours.datedState), key).event_id }];
      case "PUT redact":
        if (behaviours.plainRedactions) redact(room, type);
        return [200, { event_id: this.#add(room.events, "m.room.redaction", { redacts: type }, Date.now()).event_id }];
      case "GET state": {
        const found = room.events.findLast((event) => event.type === type && event.state_key === key);
        if (!found) return [404, { errcode: "M_NOT_FOUND", error: "no such state" }];
        const { event_id: eventId, ...event } = found;
        return [200, behaviours.stateEventIds ? { ...event, event_id: eventId } : event];
      }
      case "GET messages":
        return this.#page(room);
    }
    return UNRECOGNIZED;
  }

  #page({ events }: SwitchedRoom): Reply {
    const late = this.behaviours.lag-- > 0;
    const seen = events.filter(({ state_key: key }) => !late || key !== undefined).toReversed();
    const chunk = seen.slice(0, this.behaviours.pageLimit).map((event): JsonObject => {
      const edit = events.find(({ content }) => isEditOf(content, event.event_id));
      const relations = edit && this.behaviours.bundledEdits && { "m.relations": { "m.replace": edit.event_id } };
      return { ...event, unsigned: { ...relations } };
    });
    return [200, { chunk, start: "a", ...(chunk.length < seen.length && { end: "b" }) }];
  }

  #add(events: SwitchedEvent[], type: string, content: JsonObject, ts: number, key?: string): SwitchedEvent {
    const state = key === undefined ? {} : { state_key: key };
    const event = {
      event_id: `$${++this.#count}`,
      type,
      sender: this.serviceUser,
      origin_server_ts: ts,
      content,
      ...state,
    };
    events.push(event);
    return event;
  }
}

function redact(room: SwitchedRoom, eventId: JsonValue | undefined): void {
  const target = room.events.find((event) => event.event_id === eventId);
  if (target) target.content = {};
}

function isEditOf(content: JsonObject, eventId: string): boolean {
  const relation = content["m.relates_to"] as JsonObject | undefined;
  return relation?.["rel_type"] === "m.replace" && relation["event_id"] === eventId;
}

function nameOf(software: string): JsonObject {
  const [name = "", version = ""] = software.split(" ");
  return { name, version };
}

async function callOf(request: IncomingMessage): Promise<Call> {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://x");
  const body = await text(request);
  return {
    method: request.method ?? "",
    segments: pathname.slice(1).split("/").map(decodeURIComponent),
    query: searchParams,
    body: body === "" ? {} : (parseJson(body) as JsonObject),
    token: (request.headers.authorization ?? "").replace("Bearer ", ""),
  };
}
