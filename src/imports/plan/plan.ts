import type { BundleEvent } from "../../bundle/manifest/manifest.ts";
import { withoutAdded, type OriginalEvent } from "../../bundle/original.ts";
import { member, setMember, type JsonObject } from "../../matrix/json.ts";
import { editTarget } from "../../matrix/relation.ts";
import type { Plan } from "../replay/attempt.ts";
import type { Dress } from "./dress-message.ts";
import { planMessageLike } from "./plan-message.ts";
import { planPlaceholder, planRedaction } from "./plan-redaction.ts";
import { attributedWithRestore, type Provenance } from "./origin.ts";
import type { References } from "./references.ts";
import { replaysAsItself } from "./replay-rules.ts";
import type { Survey } from "../replay/survey.ts";
import { makeSafe } from "./safe-content.ts";
import { wrapped } from "./wrap.ts";

/** All that planning one event takes. */
export interface Planning {
  event: BundleEvent;
  original: OriginalEvent;
  provenance: Provenance;
  references: References;
  survey: Survey;
  label: Dress["label"];
  hasReaction: (target: string, key: string) => Promise<boolean>;
}

/** What to send for one event of the bundle, with which references: the rules of docs/import.md. Sends nothing itself. */
export async function planEvent(planning: Planning): Promise<Plan> {
  const { original, provenance, references } = planning;
  if (original.redaction) return planPlaceholder(planning);
  if (!replaysAsItself(original)) return { ts: provenance.ts, attempts: wrapped(provenance, references.files) };
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
async function planState({ original, provenance, references }: Planning): Promise<Plan> {
  const { content } = references.withFiles(withoutAdded(original.content));
  const pinned = member(content, "pinned");
  if (original.type === "m.room.pinned_events" && Array.isArray(pinned)) {
    const ids = pinned.map(async (id) => (typeof id === "string" ? ((await references.event(id))?.newId ?? id) : id));
    setMember(content, "pinned", await Promise.all(ids));
  }
  const media: JsonObject = makeSafe(content) ? { media: Object.fromEntries(references.files) } : {};
  return { ts: provenance.ts, attempts: stateAttempts(content, media, provenance, references) };
}

function* stateAttempts(
  content: JsonObject,
  media: JsonObject,
  provenance: Provenance,
  references: References,
): Plan["attempts"] {
  const { type } = provenance.original;
  yield { type, stateKey: "", content: attributedWithRestore(content, provenance, media) };
  yield* wrapped(provenance, references.files, {
    code: "kept_in_wrapper",
    message: "The homeserver refused the event as it was; it is kept in a wrapper.",
  });
}
