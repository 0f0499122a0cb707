import type { ClientEvent } from "../matrix/event.ts";
import type { JsonObject } from "../matrix/json.ts";
import type { IndexEntry, IndexHead, IndexLog } from "../ports/index-log.ts";
import type { IndexSource } from "../ports/homeserver/index-source.ts";
import type { RunOperation } from "../requests/operation.ts";
import type { Requester } from "../requests/requester.ts";
import { eventLine } from "./index-line.ts";
import type { IndexRecorder } from "./index-recorder.ts";
import type { IndexedRoom, IndexedRooms } from "./indexed-room.ts";
import { positionOf, tokenAt } from "./index-token.ts";

export interface IndexFeedParts {
  log: IndexLog;
  recorder: Pick<IndexRecorder, "lookAtAll" | "look" | "busy">;
  /** as the service user, without much patience: somebody waits */
  source: IndexSource;
  rooms: IndexedRooms;
  operate: RunOperation;
  serverName: string;
}

/** So many entries are looked up at once. */
const BATCH = 100;

/** What indexers read: where the log points, told as it stands now. */
export class IndexFeed {
  readonly #parts: IndexFeedParts;

  constructor(parts: IndexFeedParts) {
    this.#parts = parts;
  }

  /**
   * What has happened since the token, in lines of which each carries the token to go on after it; the last one is of the type `end`.
   * The first reader ever makes the service begin to record.
   * @param since undefined: from the start
   * @param limit of log entries; not each of them gives a line
   * @throws RequestError invalid, forbidden, homeserver_away, unavailable; the iteration fails where what is missing cannot be had
   */
  open(
    requester: Requester,
    { since, limit }: { since?: string | undefined; limit: number },
  ): Promise<AsyncIterable<JsonObject>> {
    return this.#parts.operate(
      { action: "index_read" },
      requester,
      async ({ record }) => {
        // whoever goes on from a token has begun once
        if (since === undefined) await record({ outcome: "granted" });
        const head = (await this.#parts.log.head()) ?? (await this.#begin());
        const after = since === undefined ? 0 : positionOf(since, head);
        const first = await this.#batch(head, after, Math.min(limit, BATCH));
        return this.#lines(head, first, limit);
      },
      { adminOnly: "Only admins and admin tokens can read the feed" },
    );
  }

  async #begin(): Promise<IndexHead> {
    const { log, recorder } = this.#parts;
    const head = await log.begin();
    recorder.lookAtAll();
    return head;
  }

  async *#lines(head: IndexHead, first: Batch, limit: number): AsyncGenerator<JsonObject, void, undefined> {
    let batch = first;
    for (let left = limit; ;) {
      yield* batch.lines;
      left -= batch.entries;
      if (left <= 0 || batch.atEnd) break;
      batch = await this.#batch(head, batch.position, Math.min(left, BATCH));
    }
    const { recorder } = this.#parts;
    yield { type: "end", more: !batch.atEnd || recorder.busy, next: tokenAt(head, batch.position) };
  }

  async #batch(head: IndexHead, after: number, limit: number): Promise<Batch> {
    const entries = await this.#parts.log.read(after, limit);
    const known = new Map<string, Known | undefined>();
    const subjects = Map.groupBy(entries.filter(hasSubject), ({ room_id }) => room_id);
    for (const [roomId, inRoom] of subjects)
      known.set(roomId, await this.#known(roomId, new Set(inRoom.map(({ subject }) => subject))));
    const lines: JsonObject[] = [];
    for (const entry of entries) {
      const line = this.#line(entry, known.get(entry.room_id));
      if (line) lines.push({ ...line, next: tokenAt(head, entry.position) });
    }
    return {
      lines,
      entries: entries.length,
      position: entries.at(-1)?.position ?? after,
      atEnd: entries.length < limit,
    };
  }

  /** The events of a room; undefined where indexers may not know it. */
  async #known(roomId: string, eventIds: ReadonlySet<string>): Promise<Known | undefined> {
    const { rooms, source, log, recorder } = this.#parts;
    const room = await rooms.find(roomId);
    if (room) return { room, events: await source.events(roomId, [...eventIds]), told: new Set() };
    // what is passed over now must come again, should the room ever be opened again
    await log.shut(roomId);
    recorder.look(roomId);
    return undefined;
  }

  #line({ room_id, subject }: IndexEntry, known: Known | undefined): JsonObject | undefined {
    if (subject === null) return { type: "remove_room", room_id };
    // what it has to say has been told as it stands now, later than all entries that were read with it
    if (subject === undefined || !known || known.told.has(subject)) return undefined;
    known.told.add(subject);
    return eventLine(known.events.get(subject), subject, known.room, this.#parts.serverName);
  }
}

interface Batch {
  lines: JsonObject[];
  entries: number;
  /** of the last entry */
  position: number;
  atEnd: boolean;
}

interface Known {
  room: IndexedRoom;
  events: Map<string, ClientEvent>;
  /** events of which a line has been made */
  told: Set<string>;
}

function hasSubject(entry: IndexEntry): entry is IndexEntry & { subject: string } {
  return typeof entry.subject === "string";
}
