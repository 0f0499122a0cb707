import { parseClientEvent, type ClientEvent } from "../../matrix/event.ts";
import { member, parseJson, stringMember, type JsonValue } from "../../matrix/json.ts";
import type { RoomReader, TimelinePage } from "../../ports/homeserver/homeserver.ts";
import { askAhead } from "./pages/first-answers.ts";
import type { RecordFile } from "./record-file.ts";
import { isLast, servedPages } from "./pages/timeline.ts";

/** Of the log's shape: a log of another one is begun anew. */
const VERSION = 1;

/** A room as it is read: from the homeserver, or to where an earlier run came from its log and from there on from the homeserver. */
export interface Reading {
  /** from before the first page was served, or as `askAhead` has made it fit that */
  state: ClientEvent[];
  /** whom the reader ignores */
  ignored: string[];
  /** newest first; each is in the log before the next one is given */
  pages: AsyncGenerator<TimelinePage, void, undefined>;
  /** does it go on with what an earlier run has read? */
  resumed: boolean;
  /** is the page given last one that was served just now? */
  live: () => boolean;
}

/**
 * Begins to read a room, or goes on. The earlier run's state is kept: together with the pages from its token on it makes one
 * timeline, whatever has happened in the room since.
 * @param ahead has the reader been asked ahead already?
 * @throws HomeserverError
 */
export async function beginReading(
  reader: RoomReader,
  roomId: string,
  log: RecordFile | undefined,
  ahead: boolean,
  signal: AbortSignal,
): Promise<Reading> {
  const earlier = log && (await storedState(log));
  const live = earlier || ahead ? reader : askAhead(reader, reader, roomId, signal).reader;
  let isLive = !earlier;
  const begin = async (): Promise<ClientEvent[]> => {
    await log?.clear();
    const state = await live.state(roomId, signal);
    await log?.append(JSON.stringify({ version: VERSION, state }));
    return state;
  };
  async function* pages(): AsyncGenerator<TimelinePage, void, undefined> {
    let from: string | undefined;
    if (log && earlier)
      for await (const page of storedPages(log)) {
        yield page;
        if (isLast(page, from)) return;
        from = page.end;
      }
    isLive = true;
    for await (const page of servedPages(live, roomId, from, signal)) {
      const logged = log?.append(page.text ?? textOf(page));
      // met when the page has been worked on
      logged?.catch(() => undefined);
      yield page;
      await logged;
    }
  }
  const state = earlier ?? (await begin());
  const ignored = await live.ignoredUsers(signal);
  return { state, ignored, pages: pages(), resumed: earlier !== undefined, live: () => isLive };
}

/** The state that a log begins with; undefined where there is nothing to go on with: without a page it is as good as a newer one. */
async function storedState(log: RecordFile): Promise<ClientEvent[] | undefined> {
  const records = log.read();
  const first = await records.next();
  const second = await records.next();
  await records.return();
  if (first.done === true || second.done === true) return undefined;
  const head = parseJson(first.value);
  const state = member(head, "state");
  if (member(head, "version") !== VERSION || !Array.isArray(state)) return undefined;
  return state.map(parseClientEvent).filter((event) => event !== undefined);
}

async function* storedPages(log: RecordFile): AsyncGenerator<TimelinePage, void, undefined> {
  let isHead = true;
  for await (const text of log.read()) {
    if (!isHead) yield pageOf(text);
    isHead = false;
  }
}

function pageOf(text: string): TimelinePage {
  const page = parseJson(text);
  const chunk = member(page, "chunk");
  const end = stringMember(page, "end");
  return { chunk: Array.isArray(chunk) ? chunk : [], ...(end !== undefined && { end }) };
}

function textOf({ chunk: events, end }: TimelinePage): string {
  const chunk = [...events];
  const text = written({ chunk, end: end ?? null });
  // an event that is nested too deep to be written down: a bundle cannot hold it either, and names it by its id
  return text ?? JSON.stringify({ chunk: chunk.map((event) => (written(event) ? event : idOf(event))), end });
}

function written(value: JsonValue): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function idOf(event: JsonValue): JsonValue {
  return { event_id: stringMember(event, "event_id") ?? null };
}
