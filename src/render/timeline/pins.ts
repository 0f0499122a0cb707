import type { ManifestHead } from "../../bundle/manifest/manifest.ts";
import { findState } from "../../matrix/event.ts";
import { member } from "../../matrix/json.ts";
import type { FollowUps } from "./follow-ups.ts";

/** The messages that were pinned at the export, in the order of their list. */
export function pinnedItems(state: ManifestHead["state"], followUps: FollowUps): ReadonlySet<number> {
  const event = findState(state, "m.room.pinned_events");
  const ids = member(event?.content, "pinned");
  const items = (Array.isArray(ids) ? ids : []).map((id) =>
    typeof id === "string" ? followUps.itemOf(id) : undefined,
  );
  return new Set(items.filter((item) => item !== undefined));
}
