import type { ClientEvent } from "../../matrix/event.ts";

/**
 * Users of the room whose events are kept from somebody who ignores them (client-server API, "Ignoring Users"), in order. Whoever ever
 * said something in a room is or was in it, and so in its state.
 * @param ignoring the ones who ignore: nobody is kept from themselves
 */
export function excludedSenders(
  ignored: readonly string[],
  state: readonly ClientEvent[],
  ignoring: readonly (string | undefined)[],
): string[] {
  const left = new Set(ignored);
  for (const userId of ignoring) left.delete(userId ?? "");
  const people = state.filter(({ type }) => type === "m.room.member").map(({ state_key: userId }) => userId ?? "");
  return people.filter((userId) => left.has(userId)).sort();
}
