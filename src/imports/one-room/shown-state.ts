import type { OriginalEvent } from "../../bundle/original.ts";
import { sameJson, type JsonObject } from "../../matrix/json.ts";
import { isDatedState } from "../plan/replay-rules.ts";

/**
 * What a room is called, and the like, while the rooms before it and it are replayed as one: an upgraded room begins by saying once more what
 * the one before it said.
 */
export class ShownState {
  readonly #shown = new Map<string, JsonObject>();
  #said = new Set<string>();
  #room = 0;

  /** Does a room only begin with what the one before it ended with? To be asked of every event, in order. @param room its place */
  repeats(original: OriginalEvent, room: number): boolean {
    if (room !== this.#room) this.#said = new Set();
    this.#room = room;
    if (!isDatedState(original)) return false;
    const { type, content } = original;
    const before = this.#said.has(type) ? undefined : this.#shown.get(type);
    this.#said.add(type);
    if (before && sameJson(before, content)) return true;
    this.#shown.set(type, content);
    return false;
  }
}
