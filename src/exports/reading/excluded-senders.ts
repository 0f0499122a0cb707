import type { ClientEvent } from "../../matrix/event.ts";
import type { RoomReader } from "../../ports/homeserver/homeserver.ts";

/**
 * Users of the room whose events the homeserver keeps from the reader, who ignores them (client-server API, "Ignoring Users"),
 * in order. Whoever ever said something in a room is or was in it, and so in its state.
 * @throws HomeserverError
 */
export async function excludedSenders(
  reader: RoomReader,
  state: readonly ClientEvent[],
  signal: AbortSignal,
): Promise<string[]> {
  const ignored = new Set(await reader.ignoredUsers(signal));
  ignored.delete(reader.userId);
  const people = state.filter(({ type }) => type === "m.room.member").map(({ state_key: userId }) => userId ?? "");
  return people.filter((userId) => ignored.has(userId)).sort();
}
