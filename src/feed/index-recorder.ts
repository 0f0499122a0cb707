import { setTimeout as sleep } from "node:timers/promises";
import { parseClientEvent, type ClientEvent } from "../matrix/event.ts";
import { stringMember } from "../matrix/json.ts";
import { IMPORTED, POLICY } from "../matrix/names.ts";
import { indexPointer, type IndexPointer } from "../policy/indexable.ts";
import { HomeserverError } from "../ports/homeserver/homeserver.ts";
import type { IndexLog } from "../ports/index-log.ts";
import type { IndexSource } from "../ports/homeserver/index-source.ts";
import { errorFields, type Logger } from "../ports/logger.ts";
import { isLast } from "../exports/reading/pages/timeline.ts";
import type { IndexedRooms } from "./indexed-room.ts";

/** So often all rooms are looked at, in milliseconds: a homeserver that was killed forgets what it had not pushed yet. */
const ALL_ROOMS_MS = 300_000;
/** After a failure the same room is tried again after this long, in milliseconds, doubling up to the longest wait. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

export interface IndexRecorderParts {
  log: IndexLog;
  source: IndexSource;
  rooms: IndexedRooms;
  logger: Logger;
}

/**
 * Keeps the log of the feed whole, from when somebody has asked for it: what the homeserver pushes goes into it at once; what it did
 * not push (from before the service user came, or while something was down) is found in the rooms' timelines.
 */
export class IndexRecorder {
  readonly #parts: IndexRecorderParts;
  readonly #waiting = new Set<string>();
  #all = false;
  #active = false;
  #started = false;
  #failures = 0;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #stopping = new AbortController();

  constructor(parts: IndexRecorderParts) {
    this.#parts = parts;
  }

  /** Looks at all rooms, now and again and again. @throws StoreAway */
  async start(): Promise<void> {
    this.#started = true;
    this.#timer = setInterval(() => this.lookAtAll(), ALL_ROOMS_MS).unref();
    if (await this.#isActive()) this.lookAtAll();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Is there something that it has not looked at yet? */
  get busy(): boolean {
    return this.#running !== undefined;
  }

  /**
   * Records what matters of pushed events, before the homeserver is told that they have arrived.
   * @throws StoreAway
   */
  async take(pushed: readonly (ClientEvent & { room_id: string })[]): Promise<void> {
    if (!(await this.#isActive())) return;
    const { log, source } = this.#parts;
    const pointers = pushed.flatMap((event) => {
      const pointer = indexPointer(event, source.userId);
      return pointer ? [{ ...pointer, room_id: event.room_id }] : [];
    });
    const unknown = pointers.length > 0 ? await log.append(pointers) : [];
    for (const roomId of unknown) this.look(roomId);
    for (const event of pushed)
      if (this.#changesRoom(event) || (await this.#entersShutRoom(event))) this.look(event.room_id);
  }

  /** Something about this room may have changed: is it (still) one for indexers? */
  look(roomId: string): void {
    this.#waiting.add(roomId);
    this.#wake();
  }

  /** Something may have happened that was not pushed, in any room. */
  lookAtAll(): void {
    this.#all = true;
    this.#wake();
  }

  #changesRoom({ type, state_key }: ClientEvent): boolean {
    if (type === "m.room.member") return state_key === this.#parts.source.userId;
    return state_key === "" && (type === POLICY || type === IMPORTED || type === "m.room.history_visibility");
  }

  /** Into a room that the service has made people come when it has got its rules. */
  async #entersShutRoom({ type, content, room_id }: ClientEvent & { room_id: string }): Promise<boolean> {
    if (type !== "m.room.member" || stringMember(content, "membership") !== "join") return false;
    return (await this.#parts.log.room(room_id))?.open === false;
  }

  async #isActive(): Promise<boolean> {
    this.#active ||= (await this.#parts.log.head()) !== undefined;
    return this.#active;
  }

  #wake(): void {
    if (!this.#started || this.#stopping.signal.aborted) return;
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined;
      // it may have been woken just as it fell asleep
      if (this.#all || this.#waiting.size > 0) this.#wake();
    });
  }

  /** Never rejects. */
  async #work(): Promise<void> {
    const { signal } = this.#stopping;
    for (;;) {
      try {
        signal.throwIfAborted();
        if (this.#all) {
          this.#all = false;
          await this.#findAll();
        }
        const [roomId] = this.#waiting;
        if (roomId === undefined) return;
        this.#waiting.delete(roomId);
        await this.#again(roomId);
        this.#failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        const wait = Math.min(FIRST_WAIT_MS * 2 ** this.#failures++, LONGEST_WAIT_MS);
        this.#parts.logger.warn({ wait_ms: wait, ...errorFields(error) }, "the feed for indexers is behind");
        await sleep(wait, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** All rooms that the service user is in, and those that the log says it was in. */
  async #findAll(): Promise<void> {
    const { log, source } = this.#parts;
    try {
      if (!(await this.#isActive())) return;
      for (const roomId of await source.joinedRooms()) this.#waiting.add(roomId);
      for (const roomId of await log.openRooms()) this.#waiting.add(roomId);
    } catch (error) {
      this.#all = true;
      throw error;
    }
  }

  async #again(roomId: string): Promise<void> {
    try {
      await this.#settle(roomId);
    } catch (error) {
      // what waiting does not help with is met again when all rooms are looked at
      if (!(error instanceof HomeserverError) || error.mayPass) this.#waiting.add(roomId);
      throw error;
    }
  }

  /** Opens the room or shuts it, and fills what is missing of it. */
  async #settle(roomId: string): Promise<void> {
    const { log, rooms, source } = this.#parts;
    if (!(await rooms.find(roomId))) {
      await log.shut(roomId);
      return;
    }
    // first open: what is pushed while its timeline is read is recorded too
    await log.open(roomId);
    const mark = (await log.room(roomId))?.mark ?? undefined;
    const newest = await source.newest(roomId);
    if (newest === undefined || newest === mark) return;
    const pointers = await this.#since(mark, roomId);
    await log.append(pointers.reverse().map((pointer) => ({ ...pointer, room_id: roomId })));
    await log.setMark(roomId, newest);
  }

  /** What stands after that event in the timeline, newest first; all of it where the event is not there. Ids alone stay in memory. */
  async #since(mark: string | undefined, roomId: string): Promise<IndexPointer[]> {
    const { source } = this.#parts;
    const pointers: IndexPointer[] = [];
    for (let from: string | undefined; ;) {
      this.#stopping.signal.throwIfAborted();
      const page = await source.messages(roomId, from);
      for (const value of page.chunk) {
        if (mark !== undefined && stringMember(value, "event_id") === mark) return pointers;
        const event = parseClientEvent(value);
        const pointer = event && indexPointer(event, source.userId);
        if (pointer) pointers.push(pointer);
      }
      if (isLast(page, from)) return pointers;
      from = page.end;
    }
  }
}
