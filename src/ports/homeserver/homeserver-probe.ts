import type { Capabilities } from "./capabilities.ts";

/** What a homeserver says of itself: what a probe has found holds as long as this stays the same. */
export type Identity = Pick<Capabilities, "software" | "spec_versions" | "room_versions">;

/** Remembers the room of a probe that is under way, so that one which is cut short is found again. */
export interface ProbeRoom {
  /** A room is about to be made. */
  begin(): Promise<void>;
  made(roomId: string): Promise<void>;
  /** The service user has left it. */
  gone(): Promise<void>;
}

/** What came of trying a homeserver out. */
export interface Probed {
  /** without `probed_at` */
  capabilities: Capabilities;
  /** false: some calls got no answer (it was away, or rate-limits), so that it is worth being tried again */
  complete: boolean;
}

/** Finds out what a homeserver does. Every method rejects with the signal's reason once that has come. */
export interface HomeserverProbe {
  /** @throws HomeserverError where it is away, or does not know the service */
  identify(signal: AbortSignal): Promise<Identity>;
  /**
   * Tries it out in a room that nobody but the service user is in, and that is left and forgotten in the end. A call that fails is a
   * capability that is missing or unknown.
   */
  probe(identity: Identity, room: ProbeRoom, signal: AbortSignal): Promise<Probed>;
  /**
   * Leaves and forgets what a probe that was cut short has left behind.
   * @param roomId null: its room is not known, and looked for among those that the service user is in
   * @throws HomeserverError
   */
  cleanUp(roomId: string | null, signal: AbortSignal): Promise<void>;
}
