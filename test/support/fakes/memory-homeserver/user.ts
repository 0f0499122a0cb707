import { parseClientEvent, redactedBecause, type ClientEvent, type StateEvent } from "../../../../src/matrix/event.ts";
import { objectMember, setMember, stringMember, type JsonObject, type JsonValue } from "../../../../src/matrix/json.ts";
import { CREATION } from "../../../../src/matrix/names.ts";
import { relationOf } from "../../../../src/matrix/relation.ts";
import { currentState, sees } from "../../../../src/policy/visibility.ts";
import { batchReference, type BatchedEvent, type BatchLane } from "../../../../src/ports/homeserver/batch-lane.ts";
import type { BotHomeserver } from "../../../../src/ports/homeserver/bot-homeserver.ts";
import {
  HomeserverError,
  type DatedRedaction,
  type Redacted,
  type RoomReader,
  type RoomSnapshot,
  type RoomWriter,
  type TimelinePage,
} from "../../../../src/ports/homeserver/homeserver.ts";
import type { IndexSource } from "../../../../src/ports/homeserver/index-source.ts";
import { forbid, type MemoryRoom } from "./room.ts";
import type { MemoryHomeserver } from "./homeserver.ts";

/** A user of a homeserver in memory: what services read and write in their name. */
export class MemoryUser implements RoomReader, RoomWriter, BotHomeserver, IndexSource {
  readonly userId: string;
  ignored: string[] = [];
  readonly #homeserver: MemoryHomeserver;
  readonly #transactions = new Map<string, string>();

  constructor(homeserver: MemoryHomeserver, userId: string) {
    this.#homeserver = homeserver;
    this.userId = userId;
  }

  /** The room, of which this user is a member. @throws HomeserverError 403; where state is asked for perhaps 404 */
  #room(roomId: string, wanted?: "state"): MemoryRoom {
    const room = this.#homeserver.rooms.get(roomId);
    if (
      wanted === "state" &&
      this.#homeserver.behaviours.hidesWhatIsForbidden &&
      room?.membership(this.userId) !== "join"
    )
      throw new HomeserverError(404, "M_NOT_FOUND", "no such state");
    if (!room) forbid(`${this.userId} is not in room ${roomId}`);
    room.requireMember(this.userId);
    return room;
  }

  async messages(roomId: string, from: string | undefined, signal?: AbortSignal): Promise<TimelinePage> {
    signal?.throwIfAborted();
    const { timeline } = this.#room(roomId);
    const start = from === undefined ? timeline.length : Number(from);
    if (start === 0) return { chunk: [] };
    const end = Math.max(0, start - this.#homeserver.pageSize);
    const chunk = timeline.slice(end, start).reverse() as unknown as JsonValue[];
    return { chunk: structuredClone(chunk), end: String(end) };
  }

  async state(roomId: string): Promise<ClientEvent[]> {
    return this.#room(roomId, "state").state();
  }

  async snapshot(roomId: string): Promise<RoomSnapshot | undefined> {
    try {
      return { state: await this.state(roomId), page: await this.messages(roomId, undefined) };
    } catch (error) {
      if (error instanceof HomeserverError) return undefined;
      throw error;
    }
  }

  async stateEvent(roomId: string, type: string, stateKey: string): Promise<StateEvent | undefined> {
    const found = this.#room(roomId, "state").stateEvent(type, stateKey);
    if (!found || !this.#homeserver.behaviours.stateWithoutEventId) return found;
    const { event_id: _untold, ...event } = found;
    return event;
  }

  async eventSeenBy(userId: string, roomId: string, eventId: string): Promise<ClientEvent | undefined> {
    const { timeline } = this.#room(roomId);
    const found = timeline.findIndex(({ event_id }) => event_id === eventId);
    const before = timeline.slice(0, found + 1);
    const valueAt = (type: string, key: string, name: string): string | undefined =>
      stringMember(before.findLast((event) => event.type === type && event.state_key === key)?.content, name);
    const visibility = valueAt("m.room.history_visibility", "", "history_visibility");
    const visible = [this.userId, userId].every((reader) =>
      sees(currentState({ visibility, membership: valueAt("m.room.member", reader, "membership") }), false),
    );
    return visible ? timeline[found] : undefined;
  }

  async ignoredUsers(): Promise<string[]> {
    return this.ignored;
  }

  async threadMessages(roomId: string, rootId: string): Promise<string[]> {
    const { timeline } = this.#room(roomId);
    if (!timeline.some(({ event_id }) => event_id === rootId))
      throw new HomeserverError(404, "M_NOT_FOUND", "Unknown parent event.");
    const inThread = timeline.filter(({ content }) => {
      const { rel_type, event_id } = relationOf(content);
      return rel_type === "m.thread" && event_id === rootId;
    });
    return inThread.map(({ event_id }) => event_id).reverse();
  }

  async createRoom(options: JsonObject): Promise<string> {
    const room = this.#homeserver.addRoom();
    const creation = options["creation_content"] as JsonObject | undefined;
    const version = options["room_version"] ?? "11";
    if (version === "none") throw new HomeserverError(400, "M_UNSUPPORTED_ROOM_VERSION", "no such version");
    const state = (type: string, content: JsonObject, state_key = ""): string =>
      room.add({ type, sender: this.userId, origin_server_ts: Date.now(), content, state_key });
    state("m.room.create", { ...creation, room_version: version });
    state("m.room.member", { membership: "join" }, this.userId);
    const override = options["power_level_content_override"] as JsonObject | undefined;
    const listed = String(version) === "12" ? {} : { [this.userId]: 100 };
    state("m.room.power_levels", { users: listed, ...override });
    for (const each of (options["initial_state"] ?? []) as JsonObject[])
      state(String(each["type"]), each["content"] as JsonObject, String(each["state_key"] ?? ""));
    if (typeof options["name"] === "string") state("m.room.name", { name: options["name"] });
    for (const invited of (options["invite"] ?? []) as string[]) await this.invite(room.id, invited);
    return room.id;
  }

  async send(roomId: string, type: string, txnId: string, content: JsonObject, ts?: number): Promise<string> {
    const { forgetsTransactions, ignoresSentRedactions, ignoresMessageDates } = this.#homeserver.behaviours;
    const known = this.#transactions.get(`${roomId} ${txnId}`);
    if (known !== undefined && !forgetsTransactions) return known;
    const room = this.#room(roomId);
    if (type === "m.room.redaction" && ignoresSentRedactions) return "$nothing";
    const eventId = room.send(this.userId, type, content, ts === undefined || ignoresMessageDates ? {} : { ts });
    this.#transactions.set(`${roomId} ${txnId}`, eventId);
    return eventId;
  }

  async redact(roomId: string, eventId: string, _txnId: string, reason?: string): Promise<string> {
    const content = { redacts: eventId, ...(reason !== undefined && { reason }) };
    if (this.#homeserver.behaviours.ignoresRedactions) return "$nothing";
    return this.#room(roomId).send(this.userId, "m.room.redaction", content);
  }

  async redactDated(
    roomId: string,
    eventId: string,
    txnId: string,
    { content, ts, keep }: DatedRedaction,
  ): Promise<Redacted> {
    const { ignoresSentRedactions, ignoresRedactions } = this.#homeserver.behaviours;
    if (!ignoresSentRedactions)
      return { eventId: await this.send(roomId, "m.room.redaction", txnId, content, ts), effect: "dated" };
    if (!keep) return { eventId: undefined, effect: "none" };
    await keep();
    const because = redactedBecause(this.event(roomId, eventId) ?? forbid("no such event"));
    if (because?.sender === this.userId) return { eventId: because.event_id, effect: "undated" };
    const redaction = await this.redact(roomId, eventId, txnId, stringMember(content, "reason"));
    return ignoresRedactions ? { eventId: undefined, effect: "none" } : { eventId: redaction, effect: "undated" };
  }

  /** One event, as it stands now. */
  event(roomId: string, eventId: string): ClientEvent | undefined {
    return this.#room(roomId).timeline.find(({ event_id }) => event_id === eventId);
  }

  async batchLane(): Promise<BatchLane | undefined> {
    const maxEvents = this.#homeserver.atOnce;
    if (maxEvents === undefined) return undefined;
    return { maxEvents, send: (roomId, txnId, events) => this.#sendAll(roomId, txnId, events) };
  }

  async #sendAll(roomId: string, txnId: string, events: readonly BatchedEvent[]): Promise<string[]> {
    const { timeline } = this.#room(roomId);
    const before = structuredClone(timeline);
    const ids: string[] = [];
    try {
      for (const [index, { type, content, ts }] of events.entries()) {
        const named = structuredClone(content);
        const relation = objectMember(named, "m.relates_to");
        for (const block of [relation, objectMember(relation, "m.in_reply_to")])
          for (const [at, id] of ids.entries())
            if (block?.["event_id"] === batchReference(at)) setMember(block, "event_id", id);
        ids.push(await this.send(roomId, type, `${txnId}.${String(index)}`, named, ts));
      }
    } catch (error) {
      timeline.splice(0, timeline.length, ...before);
      throw error;
    }
    return ids;
  }

  say(roomId: string, txnId: string, content: JsonObject): Promise<string> {
    return this.send(roomId, "m.room.message", txnId, content);
  }

  async sendState(roomId: string, type: string, state_key: string, content: JsonObject, ts?: number): Promise<string> {
    const dated = ts !== undefined && !this.#homeserver.behaviours.ignoresStateDates;
    return this.#room(roomId).send(this.userId, type, content, { state_key, ...(dated && { ts }) });
  }

  async invite(roomId: string, userId: string, reason?: string): Promise<void> {
    const room = this.#room(roomId);
    room.requirePower(this.userId, "invite");
    if (["join", "ban"].includes(room.membership(userId) ?? "")) forbid(`${userId} is already in the room, or banned`);
    this.#member(room, userId, { membership: "invite", ...(reason !== undefined && { reason }) });
  }

  async kick(roomId: string, userId: string, reason: string): Promise<void> {
    const room = this.#room(roomId);
    room.requirePower(this.userId, "kick", userId);
    if (!["join", "invite", "knock"].includes(room.membership(userId) ?? "")) forbid(`${userId} is not in the room`);
    this.#member(room, userId, { membership: "leave", reason });
  }

  async join(roomId: string): Promise<void> {
    const room = this.#homeserver.rooms.get(roomId);
    if (!room || !["invite", "join"].includes(room.membership(this.userId) ?? "")) forbid("You are not invited");
    if (room.membership(this.userId) === "invite") this.#member(room, this.userId, { membership: "join" });
  }

  async leave(roomId: string, reason?: string): Promise<void> {
    const room = this.#homeserver.rooms.get(roomId);
    if (!room || !["invite", "join"].includes(room.membership(this.userId) ?? "")) forbid("You are not in the room");
    this.#member(room, this.userId, { membership: "leave", ...(reason !== undefined && { reason }) });
  }

  async forget(roomId: string): Promise<void> {
    if (this.#homeserver.rooms.get(roomId)?.membership(this.userId) === "join")
      throw new HomeserverError(400, "M_UNKNOWN", "You are in the room");
  }

  async joinedRooms(): Promise<string[]> {
    const rooms = [...this.#homeserver.rooms.values()];
    return rooms.filter((room) => room.membership(this.userId) === "join").map(({ id }) => id);
  }

  async latest(roomId: string, limit: number): Promise<ClientEvent[]> {
    return this.#room(roomId).timeline.slice(-limit).reverse();
  }

  async members(roomId: string): Promise<string[]> {
    const members = this.#room(roomId)
      .state()
      .filter(({ type }) => type === "m.room.member");
    return members
      .filter(({ content }) => ["join", "invite"].includes(String(content["membership"])))
      .map(({ state_key }) => String(state_key));
  }

  createDirectRoom(userId: string, mark: string): Promise<string> {
    const creation_content = { [CREATION]: mark };
    return this.createRoom({ preset: "trusted_private_chat", is_direct: true, invite: [userId], creation_content });
  }

  async newest(roomId: string): Promise<string | undefined> {
    return this.#room(roomId).timeline.at(-1)?.event_id;
  }

  async events(roomId: string, eventIds: readonly string[]): Promise<Map<string, ClientEvent>> {
    const { timeline } = this.#room(roomId);
    const found = timeline.filter(({ event_id }) => eventIds.includes(event_id));
    return new Map(found.map((event) => [event.event_id, parseClientEvent({ ...event }) ?? event]));
  }

  #member(room: MemoryRoom, userId: string, content: JsonObject): void {
    room.add({ type: "m.room.member", sender: this.userId, origin_server_ts: Date.now(), content, state_key: userId });
  }
}
