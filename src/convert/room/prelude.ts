import type { ClientEvent } from "../../matrix/event.ts";
import { stringMember, type JsonObject } from "../../matrix/json.ts";
import type { Conversation } from "./conversation.ts";
import type { Person } from "./participants.ts";

/** From that version on a redaction names its target in its content; its room ids still name their server. */
const ROOM_VERSION = "11";
/** Before all that has a time. */
const FIRST = -Number.MAX_VALUE;
/** More ids than that do not fit into one event. */
const MAX_PINS = 500;

/**
 * Adds what a room on Matrix has and no other export knows: its creation, its name and topic, the coming in of everybody who
 * speaks, each only where the export has no such event of its own; and last what is pinned. Where the export does not say who did
 * these things, the exporting user did, and nobody of the conversation.
 */
export async function complete(
  conversation: Conversation,
  { exporter, now, pinned }: { exporter: string; now: number; pinned: readonly string[] },
): Promise<void> {
  const { about, people, span } = conversation;
  const speakers = [...people.all].filter(([userId, person]) => person.speaks && userId !== exporter);
  const creator = about.creator ?? exporter;
  const last = Number.isFinite(span.last) ? span.last : now;
  const first = Number.isFinite(span.first) ? span.first : now;
  const time = Math.min(about.createdAt ?? first, first);
  const add = async (type: string, sender: string, content: JsonObject): Promise<void> => {
    const stateKey = type === "m.room.member" ? sender : "";
    await conversation.add(stateEvent(conversation, type, sender, stateKey, time, content), FIRST);
  };
  const has = (type: string): boolean => conversation.state.has(JSON.stringify([type, ""]));
  await add("m.room.create", creator, { room_version: ROOM_VERSION });
  for (const [userId, person] of speakers) if (!person.joined) await add("m.room.member", userId, membership(person));
  if (about.name && !has("m.room.name")) await add("m.room.name", creator, { name: about.name });
  if (about.topic && !has("m.room.topic")) await add("m.room.topic", creator, { topic: about.topic });
  if (pinned.length === 0) return;
  conversation.ledger.count("pins_unavailable", Math.max(0, pinned.length - MAX_PINS));
  const pins = { pinned: pinned.slice(0, MAX_PINS) };
  await conversation.add(stateEvent(conversation, "m.room.pinned_events", exporter, "", last, pins));
}

/** Where the export calls the room otherwise than its last event does, or has no such event, the state says what it is called. */
export function settleNames(conversation: Conversation, { exporter, now }: { exporter: string; now: number }): void {
  const { about, state } = conversation;
  for (const [type, name] of [
    ["m.room.name", "name"],
    ["m.room.topic", "topic"],
  ] as const) {
    const key = JSON.stringify([type, ""]);
    const value = about[name];
    if (!value || stringMember(state.get(key)?.content, name) === value) continue;
    const event = stateEvent(conversation, `${type}/now`, exporter, "", now, { [name]: value });
    const whole = conversation.withAuthor({ ...event, type });
    state.set(key, whole);
    conversation.account(whole);
  }
}

/** The content of the event by which somebody comes in, or goes. */
export function membership({ display_name, avatar }: Person, kind: "join" | "leave" = "join"): JsonObject {
  return {
    membership: kind,
    ...(display_name !== null && { displayname: display_name }),
    ...(avatar !== null && { avatar_url: avatar }),
  };
}

function stateEvent(
  { ids }: Conversation,
  type: string,
  sender: string,
  stateKey: string,
  time: number,
  content: JsonObject,
): ClientEvent {
  const event_id = ids.event(JSON.stringify(["added", type, stateKey]));
  return { event_id, type, sender, state_key: stateKey, origin_server_ts: time, content };
}
