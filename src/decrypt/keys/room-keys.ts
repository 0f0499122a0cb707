import type { JsonValue } from "../../matrix/json.ts";
import { parseRoomKey, type RoomKey } from "./room-key.ts";

/** How many sessions were read, and how many of those were no use. */
export interface KeyCounts {
  /** megolm sessions that can be used; the same session twice is one */
  sessions: number;
  rooms: number;
  /** sessions without the members that the specification asks for, or under the id of another session */
  malformed: number;
  /** sessions that are not megolm (`m.megolm.v1.aes-sha2`) */
  unknownAlgorithm: number;
}

/**
 * Sessions by room and id, of any number of key files and backups. Of one session that was exported several times it keeps the
 * export with the lowest index, which opens all that the others open: matrix-sdk-crypto keeps the last one of a file.
 */
export class RoomKeys {
  readonly #rooms = new Map<string, Map<string, RoomKey>>();
  #malformed = 0;
  #unknownAlgorithm = 0;

  /** Adds a session as a key file or, with what stands outside of it, a backup holds it; a useless one is counted and left out. */
  addParsed(value: JsonValue, outside?: { roomId: string; sessionId: string }): void {
    const key = parseRoomKey(value, outside);
    if (key === "malformed") this.#malformed++;
    else if (key === "unknown_algorithm") this.#unknownAlgorithm++;
    else this.#add(key);
  }

  /** Counts a session that could not even be read. */
  addMalformed(): void {
    this.#malformed++;
  }

  /** Takes over what another reading gave, its counts included. */
  addAll(others: RoomKeys): void {
    for (const sessions of others.#rooms.values()) for (const key of sessions.values()) this.#add(key);
    this.#malformed += others.#malformed;
    this.#unknownAlgorithm += others.#unknownAlgorithm;
  }

  get(roomId: string, sessionId: string): RoomKey | undefined {
    return this.#rooms.get(roomId)?.get(sessionId);
  }

  /** The sessions of a room, in the order in which they were read. */
  ofRoom(roomId: string): RoomKey[] {
    return [...(this.#rooms.get(roomId)?.values() ?? [])];
  }

  get counts(): KeyCounts {
    return {
      sessions: this.#rooms.values().reduce((sum, { size }) => sum + size, 0),
      rooms: this.#rooms.size,
      malformed: this.#malformed,
      unknownAlgorithm: this.#unknownAlgorithm,
    };
  }

  #add(key: RoomKey): void {
    const sessions = this.#rooms.get(key.roomId) ?? new Map<string, RoomKey>();
    this.#rooms.set(key.roomId, sessions);
    const known = sessions.get(key.sessionId);
    if (known === undefined || key.firstIndex < known.firstIndex) sessions.set(key.sessionId, key);
  }
}
