import type { ClientEvent, StateEvent } from "../../matrix/event.ts";
import type { JsonObject } from "../../matrix/json.ts";

/** What the bot needs of Matrix, as the service user. Every method throws HomeserverError. */
export interface BotHomeserver {
  readonly userId: string;
  join(roomId: string): Promise<void>;
  /** Leaves, or declines an invitation. */
  leave(roomId: string, reason?: string): Promise<void>;
  /** Of a room that was left: the homeserver may delete it once nobody remembers it. */
  forget(roomId: string): Promise<void>;
  /** `m.room.message`: the same `txnId` in the same room gives the same event again. Gives the event id. */
  say(roomId: string, txnId: string, content: JsonObject): Promise<string>;
  /** Gives the event id. */
  sendState(roomId: string, type: string, stateKey: string, content: JsonObject): Promise<string>;
  /** One current state event, or undefined where there is none. */
  stateEvent(roomId: string, type: string, stateKey: string): Promise<StateEvent | undefined>;
  /**
   * One event of the room, looked up by its id; undefined where there is none, or where the service user or this member of the room may
   * not see it by the room's history visibility.
   */
  eventSeenBy(userId: string, roomId: string, eventId: string): Promise<ClientEvent | undefined>;
  /** Who is joined to the room or invited into it. */
  members(roomId: string): Promise<string[]>;
  joinedRooms(): Promise<string[]>;
  /**
   * A room of the service user and this user alone, who is invited; both sides' clients list it under "people". Not repeatable: look for
   * a room left by an interrupted call first.
   * @param mark stands in the content of its `m.room.create` (`CREATION`)
   */
  createDirectRoom(userId: string, mark: string): Promise<string>;
}
