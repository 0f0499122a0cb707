import type { JsonObject } from "../matrix/json.ts";

/** An event that the homeserver pushed and that somebody has to act on. */
export interface InboxEvent {
  event_id: string;
  room_id: string;
  type: string;
  sender: string;
  /** milliseconds since the epoch */
  origin_server_ts: number;
  state_key?: string;
  content: JsonObject;
}

/** Pushed events, recorded before the homeserver's transaction is acknowledged, each handed out until it is done. */
export interface Inbox {
  /** All or none; events already known, handled ones included, are left out. Gives the number of those that were not. */
  store(events: InboxEvent[]): Promise<number>;
  /** Rooms of which something was stored here, handled or not, the latest first, at most `limit`. */
  rooms(limit: number): Promise<string[]>;
  /**
   * Of each sender but these the oldest event that is not done, at most `limit`, oldest first; the same ones again until `done` is
   * called for them.
   */
  heads(except: readonly string[], limit: number): Promise<InboxEvent[]>;
  /** Forgets what the event said and never hands it out again; its id stays known. */
  done(eventId: string): Promise<void>;
}

/** Acts on one event. The same event comes again where the process died meanwhile. */
export interface InboxHandler {
  handle(event: InboxEvent): Promise<void>;
}
