import type { AuditDetail, AuditEntry } from "../ports/audit-log.ts";
import type { HomeserverAccess } from "../ports/homeserver/homeserver-access.ts";
import { HomeserverError } from "../ports/homeserver/homeserver.ts";
import { errorFields, type Logger } from "../ports/logger.ts";
import type { ExistingRoom, PolicyStore } from "../ports/policy-store.ts";
import type { RoomRemoval } from "../ports/homeserver/room-removal.ts";
import { emptyRoom } from "./empty-room.ts";

/** What became of the events: gone from the homeserver's database, or redacted. */
export type Closed = "purged" | "redacted";

export interface RoomClosingParts {
  policies: PolicyStore;
  homeserver: HomeserverAccess;
  /** undefined where the service has no administrator's token */
  removal: RoomRemoval | undefined;
  /** incognito rooms count as closed only once the homeserver has deleted them (`rooms.incognito.closing: purge`) */
  purgeIncognito: boolean;
  /** Deletes what the service itself keeps of a room that is closed. Safe to repeat. @throws StorageError, StoreAway, HomeserverError */
  discard: (roomId: string) => Promise<void>;
  logger: Logger;
  /** ends what is under way; the next run goes on with it */
  signal: AbortSignal;
}

/**
 * The room is empty and redacted, but the homeserver has not deleted it, as the configuration asks for. It stays one that is being
 * closed, and is tried again.
 */
export class NotPurged extends Error {
  constructor() {
    super("rooms.incognito.closing is purge, and homeserver.admin_token cannot delete the room");
    this.name = "NotPurged";
  }
}

/** Closes rooms for good. What was begun is noted first and finished in the end, whatever happens between. */
export class RoomClosing {
  readonly #parts: RoomClosingParts;
  readonly #running = new Map<string, Promise<Closed>>();

  constructor(parts: RoomClosingParts) {
    this.#parts = parts;
  }

  /**
   * Notes that the room is being closed, and who wants it. From then on it is closed in the end.
   * @param why of a closing that nobody asked for
   */
  async begin(room: ExistingRoom, by: Pick<AuditEntry, "door" | "actor">, why?: AuditDetail): Promise<void> {
    await this.#parts.policies.beginClosing(room.room_id, {
      action: "room_close",
      outcome: "granted",
      ...by,
      room_id: room.room_id,
      ...(why && { target: room.owner, details: [why] }),
    });
  }

  /** Does, or goes on with, what `begin` has noted. @throws NotPurged, HomeserverError, StoreAway; the signal's reason */
  finish(room: ExistingRoom): Promise<Closed> {
    const running = this.#running.get(room.room_id);
    if (running) return running;
    const closing = this.#close(room).finally(() => this.#running.delete(room.room_id));
    this.#running.set(room.room_id, closing);
    return closing;
  }

  /** The same in the background: others do not wait for it. Where it fails, the next look at the room tries it again. */
  goOn(room: ExistingRoom): void {
    this.finish(room).catch((error: unknown) => {
      const { logger, signal } = this.#parts;
      if (signal.aborted) return;
      logger.error({ room_id: room.room_id, ...errorFields(error) }, "a room is not closed yet: it is tried again");
    });
  }

  /** Resolves once nothing is under way any more. */
  async stop(): Promise<void> {
    await Promise.allSettled(this.#running.values());
  }

  async #close(room: ExistingRoom): Promise<Closed> {
    const { policies, homeserver, discard, signal } = this.#parts;
    const { room_id: roomId } = room;
    await discard(roomId);
    await this.#leaveSpace(room);
    const purged = await this.#purge(roomId);
    if (!purged) await emptyRoom(roomId, { ...homeserver.asService(signal), signal });
    if (!purged && this.#parts.purgeIncognito && room.policy.scope_kind === "incognito") throw new NotPurged();
    const how: Closed = purged ? "purged" : "redacted";
    const done = { action: "room_close", outcome: "done", door: "service", actor: "service" } as const;
    await policies.closed(roomId, { ...done, room_id: roomId, details: [how] });
    return how;
  }

  /** Does the homeserver delete the room? Not where the service may not ask it to: a room that is to be closed does not wait for that. */
  async #purge(roomId: string): Promise<boolean> {
    const { removal, logger, signal } = this.#parts;
    if (!removal) return false;
    try {
      await removal.remove(roomId, signal);
      return true;
    } catch (error) {
      if (!(error instanceof HomeserverError && error.isNotOffered)) throw error;
      const fields = { room_id: roomId, status: error.status, errcode: error.errcode };
      logger.error(fields, "homeserver.admin_token cannot delete rooms: this one is redacted instead");
      return false;
    }
  }

  /** A space without the service user keeps a child that leads nowhere: that is no reason to stop. */
  async #leaveSpace({ room_id: roomId, policy }: ExistingRoom): Promise<void> {
    if (policy.parent === null) return;
    const { homeserver, logger, signal } = this.#parts;
    try {
      await homeserver.asService(signal).writer.sendState(policy.parent, "m.space.child", roomId, {});
    } catch (error) {
      if (!(error instanceof HomeserverError) || error.mayPass) throw error;
      logger.info({ room_id: roomId, ...errorFields(error) }, "a closed room stays listed in its space");
    }
  }
}
