import { redactedBecause, redactionTarget } from "../../matrix/event.ts";
import type { BundleEvent } from "../manifest/manifest.ts";

/** Is the event redacted by what is no redaction, or one that takes back another event? One that names none was redacted in turn. */
export function isRedactedByAnother(event: BundleEvent): boolean {
  const because = redactedBecause(event);
  if (!because) return false;
  const target = redactionTarget(because);
  return because.type !== "m.room.redaction" || (target !== undefined && target !== event.event_id);
}
