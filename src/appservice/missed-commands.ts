import { commandText } from "../matrix/command-text.ts";
import type { ClientEvent } from "../matrix/event.ts";
import { relationOf } from "../matrix/relation.ts";
import type { Clock } from "../ports/clock.ts";
import { HomeserverError, type RoomWriter } from "../ports/homeserver/homeserver.ts";
import type { Inbox } from "../ports/inbox.ts";
import { errorFields, type Logger } from "../ports/logger.ts";
import { TIMER, type Timer } from "../ports/timer.ts";
import { relevantEvent } from "./relevant.ts";

export interface MissedCommandsParts {
  homeserver: Pick<RoomWriter, "userId" | "joinedRooms" | "latest">;
  inbox: Pick<Inbox, "store" | "rooms">;
  /** called when something was put into the inbox */
  arrived: () => void;
  clock: Clock;
  logger: Logger;
  timer?: Timer;
}

/** So many rooms are looked into, those that the bot has heard of last first, and so many of the newest events of each. */
const MOST_ROOMS = 1000;
const MOST_EVENTS = 100;
/** What was said longer ago nobody waits for any more, in milliseconds. */
const MOST_AGE_MS = 3_600_000;
/** After a failure the rooms are looked into again after this long, in milliseconds. */
const WAIT_MS = 60_000;

/**
 * Finds the commands that a homeserver never pushed: what waits behind an unanswered transaction Synapse forgets when it stops. After a
 * gap the newest events of the rooms that the service user is in are read. A command that was pushed too, or was answered before, is
 * not run again.
 */
export class MissedCommands {
  readonly #parts: MissedCommandsParts;
  #gap = false;
  #woken = new AbortController();

  constructor(parts: MissedCommandsParts) {
    this.#parts = parts;
  }

  /** Something may have been said that was not pushed. */
  lookAround(): void {
    this.#gap = true;
    this.#woken.abort();
  }

  /** Looks whenever there may be something, until the signal comes. Never rejects. */
  async keepLooking(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.#gap) await this.#look(signal);
      await this.#rest(signal);
    }
  }

  async #rest(signal: AbortSignal): Promise<void> {
    const woken = (this.#woken = new AbortController());
    if (this.#gap) await (this.#parts.timer ?? TIMER).sleep(WAIT_MS, signal).catch(() => undefined);
    else if (!signal.aborted) await aborted(AbortSignal.any([signal, woken.signal]));
  }

  /** Never rejects. */
  async #look(signal: AbortSignal): Promise<void> {
    const { arrived, logger } = this.#parts;
    this.#gap = false;
    try {
      let found = 0;
      for (const roomId of await this.#rooms()) {
        if (signal.aborted) return;
        found += await this.#lookInto(roomId);
      }
      if (found > 0) logger.info({ commands: found }, "commands were found that the homeserver had not pushed");
      if (found > 0) arrived();
    } catch (error) {
      if (signal.aborted) return;
      this.#gap = true;
      logger.warn(errorFields(error), "commands that were not pushed could not be looked for: it is tried again");
    }
  }

  async #rooms(): Promise<string[]> {
    const { homeserver, inbox, logger } = this.#parts;
    const joined = new Set(await homeserver.joinedRooms());
    const known = (await inbox.rooms(MOST_ROOMS)).filter((roomId) => joined.has(roomId));
    const all = [...new Set([...known, ...joined])];
    if (all.length > MOST_ROOMS)
      logger.warn(
        { rooms: all.length, looked_into: MOST_ROOMS },
        "the service user is in too many rooms to look for commands in all",
      );
    return all.slice(0, MOST_ROOMS);
  }

  /** Gives the number of commands that nobody has acted on, as far as the room shows. */
  async #lookInto(roomId: string): Promise<number> {
    const { homeserver, inbox } = this.#parts;
    const newest = await homeserver.latest(roomId, MOST_EVENTS).catch((error: unknown) => {
      // it is not in the room any more
      if (error instanceof HomeserverError && error.isAbsentOrForbidden) return [];
      throw error;
    });
    const commands = this.#unanswered(newest).flatMap(
      (event) => relevantEvent({ ...event, room_id: roomId }, homeserver.userId) ?? [],
    );
    return await inbox.store(commands.reverse());
  }

  /** Of a room's newest events, newest first, the commands since the service user came, that are not old. */
  #unanswered(newest: readonly ClientEvent[]): ClientEvent[] {
    const self = this.#parts.homeserver.userId;
    const since = this.#parts.clock.now() - MOST_AGE_MS;
    const came = newest.findIndex(({ type, state_key }) => type === "m.room.member" && state_key === self);
    const here = came < 0 ? newest : newest.slice(0, came);
    const answered = new Set(
      here.filter(({ sender }) => sender === self).map(({ content }) => relationOf(content).in_reply_to),
    );
    return here.filter(
      (event) =>
        event.origin_server_ts >= since && !answered.has(event.event_id) && commandText(event, self) !== undefined,
    );
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
