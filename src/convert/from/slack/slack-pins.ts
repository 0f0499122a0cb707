import type { Conversation } from "../../room/conversation.ts";
import { localName } from "./slack-messages.ts";
import type { SlackPeople } from "./slack-people.ts";

/** What a list of conversations says of something pinned. */
export interface SlackPin {
  /** ts of the message */
  id: string;
  /** who pinned it */
  user: string | undefined;
  /** when; seconds since the epoch */
  created: number | undefined;
}

/** Slack itself takes no more. */
const MOST_DATED = 100;
/** Later than any that is meant as seconds. */
const LAST = 100_000_000_000;

/**
 * Adds what was pinned, by whom and when, as far as the list says it. Gives what is left to be pinned, event ids: nothing, or all,
 * with those that the messages themselves say to be pinned (`others`).
 */
export async function addPins(
  conversation: Conversation,
  pins: readonly SlackPin[],
  people: SlackPeople,
  others: ReadonlySet<string>,
): Promise<string[]> {
  const { ids } = conversation;
  const dated: string[] = [];
  const left = new Set(others);
  for (const { id, user, created } of pins.toSorted((a, b) => (a.created ?? LAST) - (b.created ?? LAST))) {
    const pinned = ids.event(id);
    if (!conversation.has(pinned)) {
      conversation.ledger.count("pin_elsewhere");
      continue;
    }
    left.add(pinned);
    const isDated = user !== undefined && created !== undefined && created > 0 && created < LAST;
    if (!isDated || dated.length >= MOST_DATED) continue;
    dated.push(pinned);
    const sender = ids.user(localName(user));
    conversation.people.meet(sender, people.user(user));
    const event = { event_id: ids.event(JSON.stringify(["pin", id])), type: "m.room.pinned_events", state_key: "" };
    const origin_server_ts = Math.round(created * 1000);
    await conversation.add({ ...event, sender, origin_server_ts, content: { pinned: [...dated] } });
  }
  return left.size === dated.length ? [] : [...left];
}
