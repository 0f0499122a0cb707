import { stringMember } from "../matrix/json.ts";
import { HomeserverError } from "../ports/homeserver/homeserver.ts";
import type { InboxEvent, InboxHandler } from "../ports/inbox.ts";
import { errorFields, type Logger } from "../ports/logger.ts";
import { TIMER, type Timer } from "../ports/timer.ts";
import type { ExistingRoom, MadeRoom, PolicyStore } from "../ports/policy-store.ts";
import { isGuarded } from "../policy/room-policy.ts";
import type { RoomMaking } from "./room-making.ts";
import type { RoomGuard } from "./room-guard.ts";
import type { Roles } from "./roles.ts";

/** So often all rooms are looked through even where nothing is heard of them, in milliseconds. */
const SWEEP_MS = 300_000;

export interface GuardingParts {
  policies: PolicyStore;
  roles: Pick<Roles, "ofRoom" | "resolve">;
  guard: Pick<RoomGuard, "check" | "ownerLeft">;
  making: Pick<RoomMaking, "recover">;
  logger: Logger;
  timer?: Timer;
}

/** Guards rooms: at once by what the homeserver pushes, and from time to time by looking at them all. */
export class RoomGuardLoop implements InboxHandler {
  readonly #parts: GuardingParts;

  constructor(parts: GuardingParts) {
    this.#parts = parts;
  }

  /** Has somebody to look at a room because of this change of state? */
  async concerns({ room_id, type }: Pick<InboxEvent, "room_id" | "type">): Promise<boolean> {
    const { policies, roles } = this.#parts;
    if (type === "m.room.member" && roles.ofRoom(room_id).length > 0) return true;
    const room = await policies.get(room_id);
    return room !== undefined && isWatched(room);
  }

  /** Rejects only where it is worth being called with the same event again. */
  async handle(event: InboxEvent): Promise<void> {
    const { policies, roles, guard } = this.#parts;
    const room = await policies.get(event.room_id);
    if (room && isWatched(room)) {
      const watched = { ...room, room_id: event.room_id };
      // whoever went and came back has gone, too
      await this.#attempt(watched, () => (isLeaving(event, room) ? guard.ownerLeft(watched) : guard.check(watched)));
    }
    const slugs = roles.ofRoom(event.room_id);
    if (slugs.length === 0) return;
    for (const other of await policies.open())
      if (other.policy.visibility === "restricted" && other.policy.read_role_slugs.some((slug) => slugs.includes(slug)))
        await this.#attempt(other, () => guard.check(other));
  }

  /** For the start: completes rooms whose making the last run has not finished. Never rejects. */
  async recover(): Promise<void> {
    const { making, logger } = this.#parts;
    try {
      await making.recover();
    } catch (error) {
      logger.error(errorFields(error), "a room whose making was interrupted could not be completed: it is tried again");
    }
  }

  /** Looks through all rooms until the signal comes: what happened while the service was down is undone now. Never rejects. */
  async keepSwept(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#sweep(signal);
      await this.recover();
      await (this.#parts.timer ?? TIMER).sleep(SWEEP_MS, signal).catch(() => undefined);
    }
  }

  /** Never rejects. */
  async #sweep(signal: AbortSignal): Promise<void> {
    const { policies, roles, guard, logger } = this.#parts;
    try {
      await roles.resolve();
      for (const room of await policies.open()) {
        if (signal.aborted) return;
        if (isWatched(room)) await this.#attempt(room, () => guard.check(room)).catch(() => undefined);
      }
    } catch (error) {
      if (!signal.aborted) logger.error(errorFields(error), "the rooms could not be looked through: it is tried again");
    }
  }

  /** What will fail again is a line of the log; the next sweep tries it again. */
  async #attempt(room: ExistingRoom, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      const fields = { room_id: room.room_id, ...errorFields(error) };
      this.#parts.logger.error(fields, "a room could not be guarded as it should be");
      if (!(error instanceof HomeserverError) || error.mayPass) throw error;
    }
  }
}

function isWatched({ policy, closing_at, closed_at }: MadeRoom): boolean {
  return closed_at === null && (closing_at !== null || isGuarded(policy) || policy.auto_close_on_leave);
}

/** The owner goes from a room that closes then. */
function isLeaving({ type, state_key, content }: InboxEvent, { owner, policy }: MadeRoom): boolean {
  const membership = stringMember(content, "membership");
  return (
    policy.auto_close_on_leave &&
    type === "m.room.member" &&
    state_key === owner &&
    (membership === "leave" || membership === "ban")
  );
}
