import type { BundleEvent } from "../../bundle/manifest/manifest.ts";
import { withoutAdded, type OriginalEvent } from "../../bundle/original.ts";
import type { LinkTarget } from "../../matrix/message-link.ts";
import { member, setMember, type JsonObject } from "../../matrix/json.ts";
import { editTarget } from "../../matrix/relation.ts";
import type { Attempt, Plan } from "../replay/attempt.ts";
import type { Dress } from "./labels/dress-message.ts";
import { planMessageLike } from "./plan-message.ts";
import { planPlaceholder, planRedaction } from "./plan-redaction.ts";
import { attributedWithRestore, type Provenance } from "./origin.ts";
import type { References } from "./references.ts";
import { NO_RELATION, relate } from "./relate.ts";
import { replaysAsItself } from "./replay-rules.ts";
import type { Survey } from "../replay/survey.ts";
import { makeSafe } from "./safe-content.ts";
import { wrapped } from "./wrap.ts";

const NOT_PINNED = {
  code: "pin_dropped",
  message: "A pinned event is not in this room; it is kept in the origin of the list only.",
};

/** Rooms that the same import makes of others. */
export interface OtherRooms {
  /**
   * Where a link to a room of the source leads now, by that room's id or alias: to the event, if it is there already.
   * undefined: it is none of them
   */
  find(room: string, eventId: string | undefined): Promise<LinkTarget | undefined>;
}

/** All that planning one event takes. */
export interface Planning {
  event: BundleEvent;
  original: OriginalEvent;
  provenance: Provenance;
  references: References;
  survey: Survey;
  /** the new room */
  roomId: string;
  label: Dress["label"];
  /** state that says what the room before it said: it is kept, and does not act once more */
  repeats: boolean;
  /** rooms that the same import makes */
  others?: OtherRooms | undefined;
  hasReaction: (target: string, key: string) => Promise<boolean>;
}

/** What to send for one event of the bundle, with which references: the rules of docs/import.md. Sends nothing itself. */
export async function planEvent(planning: Planning): Promise<Plan> {
  const { original, provenance, repeats } = planning;
  if (original.redaction) return planPlaceholder(planning);
  if (repeats || !replaysAsItself(original)) return { ts: provenance.ts, attempts: wrapped(provenance) };
  if (original.type === "m.room.redaction") return planRedaction(planning);
  if (original.stateKey !== undefined) return planState(planning);
  return planMessageLike(planning);
}

/** The time to send an event with: its own, but for an edit that would lose to one of the same time, and for impossible times. */
export async function timeOf(original: OriginalEvent, references: References, survey: Survey): Promise<number> {
  if (!Number.isSafeInteger(original.ts) || original.ts < 0) return 0;
  const target = editTarget({ ...original, event_id: original.eventId, origin_server_ts: original.ts });
  if (target === undefined || original.redaction || !survey.winsTie(original, target)) return original.ts;
  const edited = await references.event(target);
  return edited?.sender === original.sender && edited.type === original.type ? original.ts + 1 : original.ts;
}

/** Name, topic, avatar and pinned events: dated state, with ids and addresses of the new room. */
async function planState(planning: Planning): Promise<Plan> {
  const { original, provenance, references } = planning;
  const content = references.withFiles(withoutAdded(original.content));
  const { unrelated } = await relate(content, planning);
  const allPinned = original.type !== "m.room.pinned_events" || (await pinHere(content, references));
  const gaveUp = unrelated ? NO_RELATION : allPinned ? undefined : NOT_PINNED;
  makeSafe(content);
  return { ts: provenance.ts, attempts: stateAttempts(content, provenance, gaveUp) };
}

/** Pins the new events, in place. False where one of them is not here: it is left out. */
async function pinHere(content: JsonObject, references: References): Promise<boolean> {
  const pinned = member(content, "pinned");
  if (!Array.isArray(pinned)) return true;
  const ids: string[] = [];
  for (const id of pinned) {
    const newId = typeof id === "string" ? (await references.event(id))?.newId : undefined;
    if (newId) ids.push(newId);
  }
  setMember(content, "pinned", ids);
  return ids.length === pinned.length;
}

function* stateAttempts(content: JsonObject, provenance: Provenance, gaveUp: Attempt["gaveUp"]): Plan["attempts"] {
  const { type } = provenance.original;
  yield { type, stateKey: "", content: attributedWithRestore(content, provenance), ...(gaveUp && { gaveUp }) };
  yield* wrapped(provenance, {
    code: "kept_in_wrapper",
    message: "The homeserver refused the event as it was; it is kept in a wrapper.",
  });
}
