import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "../../../src/matrix/json.ts";
import type { Api } from "../http/api.ts";

const DEADLINE_MS = 90_000;

/** An indexer as docs/indexing.md describes it, with its index in memory. */
export class Indexer {
  readonly #api: Api;
  /** what it knows, by event id */
  docs = new Map<string, JsonObject>();
  /** every line that it has ever read */
  readonly lines: JsonObject[] = [];
  next: string | undefined;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Reads one answer; dies after so many lines of it. Gives false where there was no more to be had. */
  async poll(limit = 100, diesAfter = Infinity): Promise<boolean> {
    const since = this.next === undefined ? "" : `&since=${this.next}`;
    const response = await this.#api.fetch(`/v1/index/events?limit=${limit}${since}`);
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    const lines = (await response.text())
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as JsonObject);
    for (const line of lines.slice(0, diesAfter)) this.#take(line);
    const last = lines.at(-1);
    if (last?.["type"] !== "end") throw new Error("the answer has broken off");
    return last["more"] === true;
  }

  /** Reads until the index is as it should be. */
  async until(right: () => boolean): Promise<void> {
    const deadline = Date.now() + DEADLINE_MS;
    for (;;) {
      while (await this.poll());
      if (right()) return;
      if (Date.now() > deadline) throw new Error(`the index stays as ${JSON.stringify(this.bodies())}`);
      await sleep(50);
    }
  }

  bodies(roomId?: string): unknown[] {
    const docs = [...this.docs.values()].filter((doc) => roomId === undefined || doc["room_id"] === roomId);
    return docs.map((doc) => doc["body"]);
  }

  #take(line: JsonObject): void {
    this.lines.push(line);
    this.next = String(line["next"]);
    const { type, event_id, room_id } = line;
    if (type === "event") this.docs.set(String(event_id), line);
    if (type === "remove") this.docs.delete(String(event_id));
    if (type === "remove_room") for (const [id, doc] of this.docs) if (doc["room_id"] === room_id) this.docs.delete(id);
  }
}
