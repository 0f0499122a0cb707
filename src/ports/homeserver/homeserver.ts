import type { Readable } from "node:stream";
import type { ClientEvent, StateEvent } from "../../matrix/event.ts";
import type { BatchLane } from "./batch-lane.ts";
import type { JsonObject, JsonValue } from "../../matrix/json.ts";

/**
 * The homeserver said no, for good: what could pass by waiting (429, 502–504, connection lost, homeserver away) has been waited
 * for by the adapter already.
 */
export class HomeserverError extends Error {
  /** HTTP status; 0 where there never was an answer */
  readonly status: number;
  /** Matrix error code, or "M_UNKNOWN" where the answer had none */
  readonly errcode: string;

  constructor(status: number, errcode: string, message: string) {
    super(message);
    this.name = "HomeserverError";
    this.status = status;
    this.errcode = errcode;
  }

  /** Nothing was decided: the homeserver is away (no answer, 502–504) or is rate-limiting requests (429). Worth another try later. */
  get mayPass(): boolean {
    return [0, 429, 502, 503, 504].includes(this.status);
  }

  /** There is no such thing: 404, mostly `M_NOT_FOUND`. That there is no such endpoint says nothing of the kind. */
  get isAbsent(): boolean {
    return this.status === 404 && !this.isUnknownEndpoint;
  }

  /** The one who asks may not. */
  get isForbidden(): boolean {
    return this.status === 403;
  }

  /** There is no such thing, or none for the one who asks; homeservers do not agree on which of the two they say. */
  get isAbsentOrForbidden(): boolean {
    return this.isAbsent || this.isForbidden;
  }

  /** The token is not good for this, or there is no such API: other means have to do. */
  get isNotOffered(): boolean {
    return this.status === 401 || this.isAbsentOrForbidden || this.isUnknownEndpoint;
  }

  /** The user has used up what the homeserver grants to one (v1.18): passes with time, or once its administrator has raised it. */
  get isUserLimit(): boolean {
    return this.errcode === "M_USER_LIMIT_EXCEEDED";
  }

  /** The homeserver, or what stands before it, has no such endpoint: that says nothing of what was asked for. */
  get isUnknownEndpoint(): boolean {
    return this.errcode === "M_UNRECOGNIZED" || (this instanceof UnexpectedAnswer && [404, 405].includes(this.status));
  }
}

/** The homeserver answered what it should not: neither that the thing is there nor that it is not follows from it. */
export class UnexpectedAnswer extends HomeserverError {
  /** method and path as the specification writes it: `GET /_matrix/client/v3/joined_rooms` */
  readonly endpoint: string;
  /** what the answer should have held, e.g. "an array joined_rooms" */
  readonly expected: string;

  /** @param answer status and errcode of the answer; absent: one of success */
  constructor(endpoint: string, expected: string, { status, errcode } = { status: 200, errcode: "M_UNKNOWN" }) {
    super(status, errcode, `${endpoint} was answered ${status} ${errcode}: expected ${expected}`);
    this.name = "UnexpectedAnswer";
    this.endpoint = endpoint;
    this.expected = expected;
  }
}

/** The homeserver is there and answers, but this file it does not give. */
export class FileUnavailable extends HomeserverError {}

/** Events as a homeserver gives them, maybe parsed anew each time that they are asked for. An array is one, too. */
export type ServedEvents = Iterable<JsonValue> &
  Pick<readonly JsonValue[], "length" | "at"> & {
    /** Those that may have this member, where that is told without parsing the others. */
    withMember?(name: string): Iterable<JsonValue>;
  };

/** One page of a room's timeline (`GET /rooms/{roomId}/messages`), newest first. */
export interface TimelinePage {
  chunk: ServedEvents;
  /** where the next page starts; absent at the beginning of the room */
  end?: string;
  /** the answer as it was served, where the adapter has kept it: JSON with these members */
  text?: string;
}

/** A room's state and the newest page of its timeline, told in one answer. */
export interface RoomSnapshot {
  state: ClientEvent[];
  page: TimelinePage;
}

/** What an export may do: read, as one user. */
export interface RoomReader {
  /** the user in whose name it reads */
  readonly userId: string;
  /** @throws HomeserverError */
  messages(roomId: string, from: string | undefined, signal: AbortSignal): Promise<TimelinePage>;
  /** The whole current state. @throws HomeserverError (403 where the user is not in the room) */
  state(roomId: string, signal: AbortSignal): Promise<ClientEvent[]>;
  /** Absent, or undefined: the homeserver does not tell both at once, or not of this room: `state` and `messages` are to be asked. */
  snapshot?(roomId: string, signal: AbortSignal): Promise<RoomSnapshot | undefined>;
  /** One current state event, or undefined where there is none. @throws HomeserverError */
  stateEvent(roomId: string, type: string, stateKey: string): Promise<StateEvent | undefined>;
  /** Users whom the reader ignores: the homeserver leaves out of `messages` what they say. @throws HomeserverError */
  ignoredUsers(signal: AbortSignal): Promise<string[]>;
  /** Ids of the messages in the thread below an event, without that event. @throws HomeserverError (404 where there is none such) */
  threadMessages(roomId: string, rootId: string, signal: AbortSignal): Promise<string[]>;
}

/** A file of the media repository. */
export interface MediaDownload {
  body: AsyncIterable<Buffer>;
  /** the same in one piece, where it is small and has come already */
  whole?: Buffer;
  /** as the homeserver declares it */
  mimetype: string;
}

export interface MediaSource {
  /** Also the stream ends with these. @throws FileUnavailable; HomeserverError where the file cannot be had */
  download(uri: string, signal: AbortSignal): Promise<MediaDownload>;
}

/** A redaction with its own time and content. */
export interface DatedRedaction {
  content: JsonObject;
  /** milliseconds since the epoch */
  ts: number;
  /**
   * called where the homeserver cannot date it, before it is made without its time and content; absent: it is not made then
   */
  keep?: (() => Promise<unknown>) | undefined;
}

/** What came of it: `none`: nothing is taken back. */
export type Redacted = { eventId: string; effect: "dated" | "undated" } | { eventId: undefined; effect: "none" };

/** What an import may do: write, as the service user. */
export interface RoomWriter {
  readonly userId: string;
  /** `POST /createRoom`. Not repeatable: look for a room left by an interrupted call first. */
  createRoom(options: JsonObject): Promise<string>;
  /**
   * `PUT …/send/{type}/{txnId}?ts=`, of a content that no other event of the room has: sent once, also where answers are lost. Gives the
   * event id.
   */
  send(roomId: string, type: string, txnId: string, content: JsonObject, ts?: number): Promise<string>;
  /** Takes an event back now (`PUT …/redact/{eventId}/{txnId}`). Whether that had an effect shows in the event. Gives the redaction's id. */
  redact(roomId: string, eventId: string, txnId: string): Promise<string>;
  /** Takes an event back as of that time, as far as the homeserver can; what it answers is not believed before it was seen to be so. */
  redactDated(roomId: string, eventId: string, txnId: string, redaction: DatedRedaction): Promise<Redacted>;
  /** A faster way for many events, where the homeserver has one. @throws HomeserverError where it is away */
  batchLane(): Promise<BatchLane | undefined>;
  /** `PUT …/state/{type}/{stateKey}?ts=`. Gives the event id. */
  sendState(roomId: string, type: string, stateKey: string, content: JsonObject, ts?: number): Promise<string>;
  invite(roomId: string, userId: string, reason?: string): Promise<void>;
  kick(roomId: string, userId: string, reason: string): Promise<void>;
  leave(roomId: string): Promise<void>;
  /** Of a room that was left: the homeserver may delete it once nobody remembers it. */
  forget(roomId: string): Promise<void>;
  joinedRooms(): Promise<string[]>;
  stateEvent(roomId: string, type: string, stateKey: string): Promise<StateEvent | undefined>;
  /** The newest events of the room, newest first, at most `limit`. */
  latest(roomId: string, limit: number): Promise<ClientEvent[]>;
}

export interface MediaTarget {
  /** Largest file the homeserver takes, in bytes; undefined where it does not say. */
  uploadLimit(): Promise<number | undefined>;
  /** Gives the new `mxc://` URI. `open` is called again where the upload has to be repeated. @throws HomeserverError */
  upload(open: () => Promise<Readable>, size: number, mimetype: string, filename?: string): Promise<string>;
}
