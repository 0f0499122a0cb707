import { Readable } from "node:stream";
import { parseClientEvent, type ClientEvent } from "../../../src/matrix/event.ts";
import { relationOf } from "../../../src/matrix/relation.ts";
import type { JsonObject, JsonValue } from "../../../src/matrix/json.ts";
import {
  HomeserverError,
  type MediaDownload,
  type MediaSource,
  type RoomReader,
  type TimelinePage,
} from "../../../src/ports/homeserver/homeserver.ts";
import { turns, until } from "../until.ts";

export const ANN = "@ann:here";
export const BOB = "@bob:here";
export const SERVICE = "@porter:here";
export const ROOM = "!room:here";

/** A room that pretends to be on the homeserver `here`: what happens in it, in order. */
export class PretendRoom implements RoomReader, MediaSource {
  readonly userId: string = ANN;
  readonly timeline: JsonObject[] = [];
  ignored: string[] = [];
  /** `mxc://` URI → bytes, or how the homeserver fails */
  readonly files = new Map<string, { data: string; mimetype?: string } | HomeserverError>();
  /** tokens asked for, in order */
  readonly pagesAsked: (string | undefined)[] = [];
  readonly filesAsked: string[] = [];
  /** under which it is asked for */
  roomId = ROOM;
  pageSize = 3;
  downloading = 0;
  mostDownloading = 0;
  /** no file comes before so many were asked for side by side */
  atLeastAtOnce = 0;

  constructor(creator = ANN) {
    this.set("m.room.create", { room_version: "11" }, { sender: creator });
    this.member(creator, "join", { displayname: creator === ANN ? "Ann" : "Imported history" });
  }

  /** `more` becomes part of the event. Gives its id. */
  event(type: string, content: JsonObject, more: JsonObject = {}): string {
    const id = `$${String(this.timeline.length).padStart(4, "0")}`;
    const unsigned = { age: 5, membership: "join", ...(more["unsigned"] as JsonObject | undefined) };
    const base = { event_id: id, type, sender: ANN, origin_server_ts: 1000 * this.timeline.length, content };
    this.timeline.push({ ...base, room_id: ROOM, user_id: ANN, age: 5, ...more, unsigned });
    return id;
  }

  say(body: string, more: JsonObject = {}, content: JsonObject = {}): string {
    return this.event("m.room.message", { msgtype: "m.text", body, ...content }, more);
  }

  /** Served with the content that it replaces, as homeservers do. */
  set(type: string, content: JsonObject, more: JsonObject = {}): string {
    const key = more["state_key"] ?? "";
    const before = this.timeline.findLast((event) => event["type"] === type && event["state_key"] === key);
    const unsigned: JsonObject = before ? { prev_content: before["content"] as JsonObject } : {};
    return this.event(type, content, { state_key: "", ...more, unsigned });
  }

  member(userId: string, membership: string, content: JsonObject = {}, sender = userId): string {
    return this.set("m.room.member", { membership, ...content }, { state_key: userId, sender });
  }

  file(uri: string, data: string, mimetype?: string): void {
    this.files.set(uri, { data, ...(mimetype !== undefined && { mimetype }) });
  }

  async messages(roomId: string, from: string | undefined, signal: AbortSignal): Promise<TimelinePage> {
    signal.throwIfAborted();
    requireKnown(roomId, this.roomId);
    this.pagesAsked.push(from);
    const start = from === undefined ? this.timeline.length : Number(from);
    const chunk: JsonValue[] = this.timeline.slice(Math.max(0, start - this.pageSize), start).reverse();
    const end = String(Math.max(0, start - this.pageSize));
    return Promise.resolve(start === 0 ? { chunk: [] } : { chunk, end });
  }

  #currentState(): ClientEvent[] {
    const current = new Map<string, ClientEvent>();
    for (const served of this.timeline) {
      const { unsigned: _ofTimelines, ...rest } = served;
      const event = parseClientEvent(rest);
      if (event?.state_key !== undefined) current.set(`${event.type} ${event.state_key}`, event);
    }
    return [...current.values()];
  }

  async state(roomId: string): Promise<ClientEvent[]> {
    requireKnown(roomId, this.roomId);
    return this.#currentState();
  }

  async stateEvent(roomId: string, type: string, key: string): Promise<ClientEvent | undefined> {
    requireKnown(roomId, this.roomId);
    return Promise.resolve(this.#currentState().find((event) => event.type === type && event.state_key === key));
  }

  ignoredUsers(): Promise<string[]> {
    return Promise.resolve(this.ignored);
  }

  threadMessages(_roomId: string, rootId: string): Promise<string[]> {
    const events = this.timeline.map(parseClientEvent).filter((event) => event !== undefined);
    if (!events.some(({ event_id }) => event_id === rootId))
      return Promise.reject(new HomeserverError(404, "M_NOT_FOUND", "Unknown parent event."));
    const inThread = events.filter(({ content }) => {
      const { rel_type: relType, event_id: target } = relationOf(content);
      return relType === "m.thread" && target === rootId;
    });
    return Promise.resolve(inThread.map(({ event_id }) => event_id));
  }

  async download(uri: string, signal: AbortSignal): Promise<MediaDownload> {
    this.filesAsked.push(uri);
    this.mostDownloading = Math.max(this.mostDownloading, ++this.downloading);
    await until(() => this.mostDownloading >= this.atLeastAtOnce);
    // more, where somebody asks for more
    await turns(5);
    this.downloading--;
    signal.throwIfAborted();
    const file = this.files.get(uri) ?? new HomeserverError(404, "M_NOT_FOUND", "Not found");
    if (file instanceof HomeserverError) throw file;
    return { body: Readable.from([Buffer.from(file.data)]), mimetype: file.mimetype ?? "text/plain" };
  }
}

function requireKnown(roomId: string, known: string): void {
  if (roomId !== known) throw new HomeserverError(403, "M_FORBIDDEN", "not in this room");
}
