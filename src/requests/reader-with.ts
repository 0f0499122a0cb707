import type { RoomReader } from "../ports/homeserver/homeserver.ts";

/** The same reader, but for what takes the place of its own. */
export function readerWith(reader: RoomReader, instead: Partial<RoomReader>): RoomReader {
  return {
    userId: reader.userId,
    messages: (roomId, from, signal) => reader.messages(roomId, from, signal),
    state: (roomId, signal) => reader.state(roomId, signal),
    snapshot: async (roomId, signal) => await reader.snapshot?.(roomId, signal),
    stateEvent: (roomId, type, stateKey) => reader.stateEvent(roomId, type, stateKey),
    ignoredUsers: (signal) => reader.ignoredUsers(signal),
    threadMessages: (roomId, rootId, signal) => reader.threadMessages(roomId, rootId, signal),
    ...instead,
  };
}
