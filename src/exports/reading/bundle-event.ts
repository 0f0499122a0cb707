import type { BundleEvent, ImportedSender } from "../../bundle/manifest/manifest.ts";
import { parseClientEvent, redactedBecause, type ClientEvent } from "../../matrix/event.ts";
import { isUserId } from "../../matrix/ids.ts";
import type { JsonObject, JsonValue } from "../../matrix/json.ts";
import { IMPORTED_SENDER } from "../../matrix/names.ts";

/** The event, if a bundle can represent it. */
export function parseEvent(value: JsonValue): ClientEvent | undefined {
  const event = parseClientEvent(value);
  return event && isRepresentable(event) ? event : undefined;
}

function isRepresentable({ event_id, sender, origin_server_ts }: ClientEvent): boolean {
  return event_id.startsWith("$") && isUserId(sender) && Number.isSafeInteger(origin_server_ts);
}

/**
 * The event as a bundle holds it: without what a homeserver adds for the one who reads (age, transaction id, membership, the
 * content before), so that everybody's export of it is the same. Of `unsigned` only the redaction stays.
 */
export function bundleEvent(event: ClientEvent, author: ImportedSender | undefined): BundleEvent {
  const { unsigned: _unsigned, ...kept } = event;
  const because = redactedBecause(event);
  const bundled: BundleEvent = kept;
  if (because && isRepresentable(because)) {
    const { unsigned: _itsOwn, ...redaction } = because;
    bundled.unsigned = { redacted_because: redaction as unknown as JsonObject };
  }
  if (author) bundled[IMPORTED_SENDER] = author;
  return bundled;
}
