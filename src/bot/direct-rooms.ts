import type { ClientEvent } from "../matrix/event.ts";
import { IMPORTED, POLICY } from "../matrix/names.ts";
import type { BotHomeserver } from "../ports/homeserver/bot-homeserver.ts";
import type { BotMemory } from "../ports/bot-memory.ts";
import { HomeserverError } from "../ports/homeserver/homeserver.ts";

/** Rooms in which the bot is alone with somebody. */
export class DirectRooms {
  readonly #homeserver: BotHomeserver;
  readonly #memory: BotMemory;
  /** one search at a time for each user: two deliveries must not make two rooms */
  readonly #searches = new Map<string, Promise<string>>();

  constructor(homeserver: BotHomeserver, memory: BotMemory) {
    this.#homeserver = homeserver;
    this.#memory = memory;
  }

  /** The room with that user and nobody else: the known one where it still is that, or a new one. */
  async with(userId: string): Promise<string> {
    const running = this.#searches.get(userId);
    if (running) return running;
    const search = this.#find(userId).finally(() => this.#searches.delete(userId));
    this.#searches.set(userId, search);
    return search;
  }

  /** Takes over a room that the user opened as a direct one, unless there is one already. */
  async adopt(userId: string, roomId: string): Promise<void> {
    const known = await this.#memory.directRoom(userId);
    if (known !== undefined && (await this.#isAlone(known, userId))) return;
    if (await this.#isAlone(roomId, userId)) await this.#memory.setDirectRoom(userId, roomId);
  }

  async #find(userId: string): Promise<string> {
    const known = await this.#memory.directRoom(userId);
    if (known !== undefined && (await this.#isAlone(known, userId))) return known;
    const begun = await this.#memory.beginDirectRoom(userId);
    const left = begun ? await this.#leftUnnoted(userId) : undefined;
    const roomId = left ?? (await this.#homeserver.createDirectRoom(userId));
    await this.#memory.setDirectRoom(userId, roomId);
    return roomId;
  }

  /** A room that an earlier run made, and was killed before it had noted it down. */
  async #leftUnnoted(userId: string): Promise<string | undefined> {
    for (const roomId of await this.#homeserver.joinedRooms())
      if ((await this.#isAlone(roomId, userId)) && (await this.#isPlainOwn(roomId))) return roomId;
    return undefined;
  }

  /** Made by the service, and neither an imported room nor one with rules. */
  async #isPlainOwn(roomId: string): Promise<boolean> {
    const state = (type: string): Promise<ClientEvent | undefined> => this.#homeserver.stateEvent(roomId, type, "");
    if ((await state("m.room.create"))?.sender !== this.#homeserver.userId) return false;
    return !(await state(IMPORTED)) && !(await state(POLICY));
  }

  async #isAlone(roomId: string, userId: string): Promise<boolean> {
    try {
      const members = await this.#homeserver.members(roomId);
      return members.length === 2 && members.includes(userId) && members.includes(this.#homeserver.userId);
    } catch (error) {
      if (error instanceof HomeserverError && (error.status === 403 || error.status === 404)) return false;
      throw error;
    }
  }
}
