import { stringMember } from "../matrix/json.ts";
import { CREATION } from "../matrix/names.ts";
import type { BotHomeserver } from "../ports/homeserver/bot-homeserver.ts";
import type { BotMemory } from "../ports/bot-memory.ts";
import { HomeserverError } from "../ports/homeserver/homeserver.ts";
import { TIMER, type Timer } from "../ports/timer.ts";
import type { Hourly } from "../requests/limits/hourly.ts";
import { makeOnce, type Stage } from "../requests/make-once.ts";

/** Rooms in which the bot is alone with somebody. */
export class DirectRooms {
  readonly #homeserver: BotHomeserver;
  readonly #memory: BotMemory;
  readonly #roomsMade: Pick<Hourly, "during">;
  readonly #signal: AbortSignal;
  readonly #timer: Timer;
  /** one search at a time for each user: two deliveries must not make two rooms */
  readonly #searches = new Map<string, Promise<string>>();

  /**
   * @param roomsMade counts the rooms that are made for each user
   * @param signal ends what is under way; the next run goes on with it
   */
  constructor(
    homeserver: BotHomeserver,
    memory: BotMemory,
    roomsMade: Pick<Hourly, "during">,
    signal: AbortSignal,
    timer: Timer = TIMER,
  ) {
    this.#roomsMade = roomsMade;
    this.#homeserver = homeserver;
    this.#memory = memory;
    this.#signal = signal;
    this.#timer = timer;
  }

  /** The room with that user and nobody else: the known one where it still is that, or a new one. */
  async with(userId: string): Promise<string> {
    return this.#search(userId, () => this.#known(userId));
  }

  /** The same, but without encryption; undefined where the homeserver encrypts every room that is made. @throws RequestError */
  async readableWith(userId: string): Promise<string | undefined> {
    const roomId = await this.#search(userId, async () => {
      const known = await this.#known(userId);
      return known !== undefined && (await this.#isEncrypted(known)) ? undefined : known;
    });
    return (await this.#isEncrypted(roomId)) ? undefined : roomId;
  }

  async #search(userId: string, known: () => Promise<string | undefined>): Promise<string> {
    const running = this.#searches.get(userId);
    if (running) return running;
    const search = this.#find(userId, known).finally(() => this.#searches.delete(userId));
    this.#searches.set(userId, search);
    return search;
  }

  /** Takes over a room that the user opened as a direct one, unless there is one already. */
  async adopt(userId: string, roomId: string): Promise<void> {
    if ((await this.#known(userId)) !== undefined) return;
    if (await this.#isAlone(roomId, userId)) await this.#memory.setDirectRoom(userId, roomId);
  }

  async #known(userId: string): Promise<string | undefined> {
    const known = await this.#memory.directRoom(userId);
    return known !== undefined && (await this.#isAlone(known, userId)) ? known : undefined;
  }

  async #isEncrypted(roomId: string): Promise<boolean> {
    return (await this.#homeserver.stateEvent(roomId, "m.room.encryption", "")) !== undefined;
  }

  async #find(userId: string, knownRoom: () => Promise<string | undefined>): Promise<string> {
    const known = await knownRoom();
    if (known !== undefined) return known;
    const roomId = await this.#roomsMade.during({ userId, adminToken: false }, 1, () => this.#make(userId));
    await this.#memory.setDirectRoom(userId, roomId);
    return roomId;
  }

  async #make(userId: string): Promise<string> {
    // from here on a lost answer may mean that there is one
    const begun = await this.#memory.beginDirectRoom(userId);
    const making = {
      begun,
      create: () => this.#homeserver.createDirectRoom(userId, markOf(userId)),
      stageOf: (roomId: string) => this.#stageOf(roomId, userId),
    };
    return await makeOnce(this.#homeserver, making, this.#signal, this.#timer);
  }

  /** The homeserver invites the user last of all; one in which somebody else is, or that the user has left, is another room. */
  async #stageOf(roomId: string, userId: string): Promise<Stage | undefined> {
    const create = await this.#homeserver.stateEvent(roomId, "m.room.create", "");
    if (create?.sender !== this.#homeserver.userId) return undefined;
    if (stringMember(create.content, CREATION) !== markOf(userId)) return undefined;
    if (!(await this.#homeserver.stateEvent(roomId, "m.room.member", userId))) return "unfinished";
    return (await this.#isAlone(roomId, userId)) ? "whole" : undefined;
  }

  async #isAlone(roomId: string, userId: string): Promise<boolean> {
    try {
      const members = await this.#homeserver.members(roomId);
      return members.length === 2 && members.includes(userId) && members.includes(this.#homeserver.userId);
    } catch (error) {
      if (error instanceof HomeserverError && error.isAbsentOrForbidden) return false;
      throw error;
    }
  }
}

/** By which a direct room is found again. */
function markOf(userId: string): string {
  return `direct ${userId}`;
}
