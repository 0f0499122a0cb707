import type { ClientEvent, StateEvent } from "../../matrix/event.ts";
import type { TimelinePage } from "./homeserver.ts";

/** What the feed for indexers reads, as the service user. Every method throws HomeserverError. */
export interface IndexSource {
  readonly userId: string;
  joinedRooms(): Promise<string[]>;
  /** One current state event, or undefined where there is none. @throws HomeserverError 403 where the user is not in the room */
  stateEvent(roomId: string, type: string, stateKey: string): Promise<StateEvent | undefined>;
  /** Id of the newest event of the room that the user sees. */
  newest(roomId: string): Promise<string | undefined>;
  /** A page of the timeline, newest first; `from`: where the page before ended. */
  messages(roomId: string, from: string | undefined): Promise<TimelinePage>;
  /** These events as they stand now, with the latest edit of each; one that is not there, or not to be seen, is missing. */
  events(roomId: string, eventIds: readonly string[]): Promise<Map<string, ClientEvent>>;
}
