import { withoutAdded } from "../../bundle/original.ts";
import { setMember, type JsonObject } from "../../matrix/json.ts";
import type { JournalEntry } from "../../ports/import-journal.ts";
import type { Attempt, Plan } from "../replay/attempt.ts";
import { attributed, attributedWithRestore, senderBlock, type Provenance } from "./origin.ts";
import type { Planning } from "./plan.ts";
import type { References } from "./references.ts";
import { replaysAsItself } from "./replay-rules.ts";
import { wrapped } from "./wrap.ts";

/** An event whose content is gone already: something to be redacted, in its place and with its time. */
export function planPlaceholder({ original, provenance }: Planning): Plan {
  const content = withoutAdded(original.content);
  if (original.type === "m.room.message" || original.type === "m.sticker")
    setMember(content, "body", "Redacted message");
  if (original.type === "m.room.message") setMember(content, "msgtype", "m.text");
  // A redaction that was itself redacted says no longer what it took back: its target was redacted in its own place.
  const asItself = replaysAsItself(original) && original.type !== "m.room.redaction";
  const attempts = placeholders(content, provenance, asItself ? original.type : undefined);
  return { ts: provenance.ts, attempts };
}

function* placeholders(content: JsonObject, provenance: Provenance, type: string | undefined): Generator<Attempt> {
  // should it stay, because the homeserver redacts nothing: what it says is nobody's word
  if (type !== undefined) yield { type, content: attributedWithRestore(content, provenance) };
  yield* wrapped(provenance);
}

/** What the redaction of a placeholder says of it: redaction strips the placeholder itself. */
export function targetBlock({ original, author }: Provenance): JsonObject {
  const block: JsonObject = {
    event_id: original.eventId,
    room_id: original.roomId,
    type: original.type,
    sender: original.sender,
    origin_server_ts: original.ts,
    _imported_sender: senderBlock(author),
  };
  if (original.stateKey !== undefined) block["state_key"] = original.stateKey;
  if (Object.keys(original.content).length > 0) block["content"] = original.content;
  return block;
}

/**
 * A redaction takes back again what it took back at the source. One that had no effect there (wrong power, unknown target) must
 * not have one here, and is kept in a wrapper.
 */
export async function planRedaction(planning: Planning): Promise<Plan> {
  const { original, provenance, references } = planning;
  const target = await targetOf(planning);
  const effective = target?.newId && (target.redacted?.by === original.eventId || target.redacted?.done);
  if (!target?.newId || !effective) return { ts: provenance.ts, attempts: wrapped(provenance) };
  const content = references.withFiles(withoutAdded(original.content));
  setMember(content, "redacts", target.newId);
  const more: JsonObject = target.redacted?.by === original.eventId ? { target: target.redacted.target } : {};
  return {
    ts: provenance.ts,
    redacts: target.sourceId,
    attempts: redactions(target.newId, content, provenance, more),
  };
}

function* redactions(
  eventId: string,
  content: JsonObject,
  provenance: Provenance,
  more: JsonObject,
): Generator<Attempt> {
  const type = "m.room.redaction";
  const takesBack = { eventId, kept: Object.hasOwn(more, "target") };
  yield { type, content: attributedWithRestore(content, provenance, more), takesBack };
  const message = "The homeserver refused the redaction, or cannot date it; it is kept in a wrapper.";
  yield* wrapped(provenance, { code: "redaction_refused", message });
}

async function targetOf({ original, references }: Planning): Promise<JournalEntry | undefined> {
  return original.redacts === undefined ? undefined : references.event(original.redacts);
}

/**
 * The redaction of a placeholder whose own redaction event does not follow in the bundle (it was not visible at the export, or
 * stands before its target).
 */
export function lateRedaction(
  placeholder: JournalEntry,
  provenance: Provenance,
  references: References,
  inBundle: boolean,
): Plan {
  const { original } = provenance;
  const content = references.withFiles(withoutAdded(original.content));
  setMember(content, "redacts", placeholder.newId);
  const target = placeholder.redacted?.target ?? {};
  // Where the redaction event stands in the bundle too, that one bears its id: there must not be two of the same origin.
  const attributedContent = inBundle
    ? attributed(content, provenance, {
        room_id: original.roomId,
        target: { ...target, redacted_by: original.eventId },
      })
    : attributedWithRestore(content, provenance, { target });
  const takesBack = { eventId: placeholder.newId ?? "", kept: true };
  const attempts = [{ type: "m.room.redaction", content: attributedContent, takesBack }];
  return { ts: provenance.ts, redacts: placeholder.sourceId, attempts };
}
