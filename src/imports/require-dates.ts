import type { KnownCapabilities } from "../ports/homeserver/capabilities.ts";
import { RequestError } from "../requests/failures/failure.ts";

/**
 * Without their dates messages are not the same conversation: nothing is imported where the homeserver was seen to ignore `?ts=`. What is
 * not known yet is seen at the first message (`DatesKept`).
 * @throws RequestError unavailable; StoreAway
 */
export async function requireDates(capabilities: KnownCapabilities): Promise<void> {
  if ((await capabilities()).dated_events !== false) return;
  throw undatedMessages("nothing was imported");
}

/** @param outcome what became of the import */
export function undatedMessages(outcome: string): RequestError {
  return new RequestError(
    "unavailable",
    "IO.ROOMPORTER.UNDATED",
    `The homeserver gives every message the time at which it is sent (it ignores ?ts= on PUT …/send), so that imported messages would lose their dates: ${outcome}. Once the homeserver has been changed, let the service's operator run: roomporter homeserver check`,
  );
}
