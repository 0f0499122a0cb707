import { findState, type ClientEvent } from "../../../matrix/event.ts";
import { stringMember } from "../../../matrix/json.ts";
import { HomeserverError, type RoomReader, type TimelinePage } from "../../../ports/homeserver/homeserver.ts";
import { readerWith } from "../../../requests/reader-with.ts";

export interface FirstAnswers {
  /** for the question whether its user may export the room */
  toCheck: RoomReader;
  /** for the reading itself */
  reader: RoomReader;
  /** the state as it was asked for first: it may be older than the one that `reader` gives */
  state: Promise<ClientEvent[]>;
}

/**
 * Asks side by side what every export asks first: the first page, which takes the longest, the room's state, which also tells the reader's
 * own membership, and whom they ignore; page and state in one call where the homeserver can.
 *
 * The state may then be of a moment before the page or after it. Where the newest event in the page of some type and state key is not the
 * one in the state, the room has changed meanwhile: both are asked for again, the state first, so that the timeline holds all that the
 * state does. A state event that came after the page, without an older one of its kind in the page, is in the state alone, as if it had
 * come while the rest of the timeline was read.
 * @param soon the same user; its calls end early, for somebody waits to hear whether they may export at all
 */
export function askAhead(soon: RoomReader, reader: RoomReader, roomId: string, signal: AbortSignal): FirstAnswers {
  const { userId } = reader;
  const snapshot = handled(soon.snapshot?.(roomId, signal) ?? Promise.resolve(undefined));
  const page = handled(snapshot.then((both) => both?.page ?? reader.messages(roomId, undefined, signal)));
  const state = handled(snapshot.then((both) => both?.state ?? soon.state(roomId, signal)));
  const ignored = handled(reader.ignoredUsers(signal));
  let first: Promise<{ state: ClientEvent[]; page: Promise<TimelinePage> }> | undefined;
  const both = async (): Promise<{ state: ClientEvent[]; page: Promise<TimelinePage> }> => {
    if (agree(await state, (await page).chunk)) return { state: await state, page };
    const again = await reader.state(roomId, signal);
    return { state: again, page: handled(reader.messages(roomId, undefined, signal)) };
  };
  return {
    toCheck: readerWith(soon, {
      state: () => state,
      stateEvent: (id, type, key) =>
        type === "m.room.member" && key === userId ? foundIn(state, type, key) : soon.stateEvent(id, type, key),
    }),
    reader: readerWith(reader, {
      ignoredUsers: () => ignored,
      state: async () => (await (first ??= both())).state,
      messages: async (id, from, ending) =>
        from === undefined ? await (await (first ??= both())).page : await reader.messages(id, from, ending),
    }),
    state,
  };
}

/** As a homeserver answers that is asked for one state event: undefined where the room or the event is not there. */
async function foundIn(state: Promise<ClientEvent[]>, type: string, key: string): Promise<ClientEvent | undefined> {
  try {
    return findState(await state, type, key);
  } catch (error) {
    if (error instanceof HomeserverError && error.isAbsent) return undefined;
    throw error;
  }
}

/** Is the newest event of each kind in a page the one in the state? */
function agree(state: readonly ClientEvent[], page: TimelinePage["chunk"]): boolean {
  const kindOf = (type: string, key: string): string => JSON.stringify([type, key]);
  const newest = new Map<string, string>();
  for (const event of page.withMember?.("state_key") ?? page) {
    const [type, key, id] = ["type", "state_key", "event_id"].map((name) => stringMember(event, name));
    if (type === undefined || key === undefined || id === undefined) continue;
    const kind = kindOf(type, key);
    if (!newest.has(kind)) newest.set(kind, id);
  }
  const current = new Map(state.map(({ type, state_key: key = "", event_id: id }) => [kindOf(type, key), id]));
  return [...newest].every(([kind, id]) => current.get(kind) === id);
}

/** Its failure is met when somebody asks for it; nobody may. */
function handled<T>(answer: Promise<T>): Promise<T> {
  answer.catch(() => undefined);
  return answer;
}
