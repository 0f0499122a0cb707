import { withoutAdded } from "../../bundle/original.ts";
import { redirectLinks, roomLinks, type LinkTarget, type RoomLink } from "../../matrix/message-link.ts";
import { cloneJson, objectMember, stringMember, type JsonObject } from "../../matrix/json.ts";
import { isPollEnd, isPollStart } from "../../matrix/poll.ts";
import { relationOf } from "../../matrix/relation.ts";
import type { Attempt, Plan } from "../replay/attempt.ts";
import { addProfile, dressMessage, dressWords, type Dress } from "./labels/dress-message.ts";
import { dressPollEnd, dressPollStart } from "./labels/dress-poll.ts";
import type { Byline } from "./labels/label.ts";
import { attributedWithRestore, type Provenance } from "./origin.ts";
import type { Planning } from "./plan.ts";
import { NO_RELATION, relate } from "./relate.ts";
import { makeSafe } from "./safe-content.ts";
import { besideFile, shortened } from "./shortened.ts";
import type { PollTally } from "../../bundle/poll-tally.ts";
import { wrapped } from "./wrap.ts";

const IN_WRAPPER = {
  code: "kept_in_wrapper",
  message: "The homeserver refused the event as it was; it is kept in a wrapper.",
};

/** An event of the new room before anything is added to it. */
interface Draft {
  provenance: Provenance;
  content: JsonObject;
  /** a relation was taken out, for its target is not here */
  unrelated: boolean;
  label: Dress["label"];
  byline: Byline;
  tally: PollTally | undefined;
}

/** A message, sticker, reaction, poll event or custom event. */
export async function planMessageLike(planning: Planning): Promise<Plan> {
  const { original, provenance, references, survey, label } = planning;
  const content = references.withFiles(withoutAdded(original.content));
  makeSafe(content);
  const poll = isPollStart(original.type) ? original.eventId : relationOf(original.content).event_id;
  const tally = poll === undefined ? undefined : survey.poll(poll);
  const { unrelated, reaction } = await relate(content, planning);
  const draft: Draft = { provenance, content, unrelated, label, byline: await bylineOf(planning), tally };
  const plan: Plan = { ts: provenance.ts, attempts: [] };
  if (reaction) plan.reaction = reaction;
  plan.attempts = attempts(draft);
  return plan;
}

async function bylineOf(planning: Planning): Promise<Byline> {
  const { original, provenance, survey } = planning;
  const { author } = provenance;
  const targets = new Map<string, LinkTarget>();
  for (const said of [original.content, objectMember(original.content, "m.new_content")])
    for (const name of ["body", "formatted_body"])
      for (const link of roomLinks(stringMember(said, name) ?? "")) {
        const target = await newTarget(link, planning);
        if (target) targets.set(keyOf(link), target);
      }
  const redirect = (text: string): string =>
    targets.size === 0 ? text : redirectLinks(text, (link) => targets.get(keyOf(link)));
  return { author, shown: survey.names.of(author), redirect };
}

/** Where a link leads now: to an event of this room, or into a room of the same import; undefined: where it did. */
async function newTarget(
  { room, eventId }: RoomLink,
  { references, roomId, others }: Planning,
): Promise<LinkTarget | undefined> {
  const here = eventId === undefined ? undefined : (await references.event(eventId))?.newId;
  if (here) return { roomId, eventId: here };
  return await others?.find(room, eventId);
}

function keyOf({ room, eventId }: RoomLink): string {
  return JSON.stringify([room, eventId]);
}

function* attempts(draft: Draft): Generator<Attempt> {
  const { provenance } = draft;
  const { type } = provenance.original;
  const gaveUp = draft.unrelated ? { gaveUp: NO_RELATION } : {};
  const [full, ...plainer] = dresses(draft);
  yield { type, content: attributedWithRestore(dressed(draft, full), provenance), ...gaveUp };
  const isMessage = type === "m.room.message";
  const whole = isMessage ? besideFile(dressed(draft, full), provenance) : undefined;
  const cut = isMessage ? shortened(draft) : undefined;
  for (const attempt of [whole, cut]) if (attempt) yield { ...attempt, saves: "size" };
  for (const dress of plainer) {
    const content = attributedWithRestore(dressed(draft, dress), provenance);
    yield { type, content, saves: "size", ...gaveUp };
  }
  if (Object.hasOwn(draft.content, "m.relates_to")) {
    const content = dressed(draft, { label: "none", profile: false });
    delete content["m.relates_to"];
    yield { type, content: attributedWithRestore(content, provenance), saves: "shape", gaveUp: NO_RELATION };
  }
  if (cut) yield cut;
  yield* wrapped(provenance, IN_WRAPPER);
}

/** What may be added, from all to nothing. */
function dresses({ provenance, label }: Draft): [Dress, ...Dress[]] {
  const { type } = provenance.original;
  const bare: Dress = { label: "none", profile: false };
  return type === "m.room.message" || type === "m.sticker" || isPollStart(type) || isPollEnd(type)
    ? [{ label, profile: true }, { label: "none", profile: true }, bare]
    : [bare];
}

function dressed({ provenance, content: draft, byline, tally }: Draft, dress: Dress): JsonObject {
  const { type } = provenance.original;
  const content = cloneJson(draft);
  if (type === "m.room.message") dressMessage(content, byline, dress);
  else if (dress.label !== "none") {
    if (type === "m.sticker") dressWords(content, byline);
    else if (isPollStart(type)) dressPollStart(content, byline, tally);
    else if (isPollEnd(type)) dressPollEnd(content, byline, tally);
  }
  addProfile(content, byline, dress);
  return content;
}
