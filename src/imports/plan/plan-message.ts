import { withoutAdded } from "../../bundle/original.ts";
import { cloneJson, objectMember, setMember, stringMember, type JsonObject } from "../../matrix/json.ts";
import { isPollEnd, isPollStart } from "../../matrix/poll.ts";
import { relationOf } from "../../matrix/relation.ts";
import type { Attempt, Plan } from "../replay/attempt.ts";
import { addProfile, dressMessage, type Dress } from "./dress-message.ts";
import { dressPollEnd, dressPollStart } from "./dress-poll.ts";
import { attributed, attributedWithRestore, originBlock, type Provenance } from "./origin.ts";
import type { Planning } from "./plan.ts";
import { freeKey } from "./reaction-key.ts";
import { makeSafe } from "./safe-content.ts";
import { contentBytes, cutText } from "./sendable.ts";
import type { PollTally } from "../../bundle/poll-tally.ts";
import { wrapped } from "./wrap.ts";

/** Room that is left for a cut body: the limit of an event less what surrounds a content on any server. */
const CUT_CONTENT_LIMIT = 63_000;

const NO_RELATION = {
  code: "relation_dropped",
  message: "What the event relates to is not in this room; the relation is kept in its origin only.",
};
const IN_FILE = {
  code: "content_in_file",
  message: "The whole content did not fit into an event; it is kept as a file beside a shortened message.",
};
const IN_WRAPPER = {
  code: "kept_in_wrapper",
  message: "The homeserver refused the event as it was; it is kept in a wrapper.",
};

interface Draft {
  provenance: Provenance;
  content: JsonObject;
  /** the relation was taken out, for its target is not here */
  unrelated: boolean;
  label: Dress["label"];
  tally?: PollTally;
  /** addresses of files that stand where nothing may change, or stood in HTML of which something had to go */
  media: JsonObject;
  files: ReadonlyMap<string, string>;
}

/** A message, sticker, reaction, poll event or custom event. */
export async function planMessageLike(planning: Planning): Promise<Plan> {
  const { original, provenance, references, survey, label } = planning;
  const { content, untouched } = references.withFiles(withoutAdded(original.content));
  const named = makeSafe(content) ? references.files : untouched;
  const media: JsonObject = named.size > 0 ? { media: Object.fromEntries(named) } : {};
  const draft: Draft = { provenance, content, unrelated: false, label, media, files: references.files };
  const poll = isPollStart(original.type) ? original.eventId : relationOf(original.content).event_id;
  const tally = poll === undefined ? undefined : survey.poll(poll);
  if (tally) draft.tally = tally;
  const plan: Plan = { ts: provenance.ts, attempts: [] };
  const reaction = await relate(draft, planning);
  if (reaction) plan.reaction = reaction;
  plan.attempts = attempts(draft);
  return plan;
}

/** Points the relation at the new ids; gives target and key of a reaction. */
async function relate(draft: Draft, planning: Planning): Promise<Plan["reaction"]> {
  const { original, references, provenance } = planning;
  const block = objectMember(draft.content, "m.relates_to");
  if (!block) return undefined;
  const relation = relationOf(draft.content);
  if (relation.in_reply_to !== undefined) {
    const answered = await references.event(relation.in_reply_to);
    const reply = objectMember(block, "m.in_reply_to");
    if (answered?.newId && reply) setMember(reply, "event_id", answered.newId);
  }
  if (relation.event_id === undefined) return undefined;
  const target = await references.event(relation.event_id);
  if (relation.rel_type === "m.replace" && target && target.sender !== original.sender) {
    // With one sender for all, somebody else's edit would become a valid one.
    delete draft.content["m.relates_to"];
    return undefined;
  }
  if (!target?.newId) {
    if (relation.rel_type !== undefined) loseRelation(draft, block);
    return undefined;
  }
  setMember(block, "event_id", target.newId);
  if (original.type !== "m.reaction" || relation.key === undefined) return undefined;
  const { newId } = target;
  const key = await freeKey(relation.key, provenance.author, (tried) => planning.hasReaction(newId, tried));
  setMember(block, "key", key);
  return { target: newId, key };
}

/** Homeservers refuse relations to events they do not know; a reply by itself they do not check. */
function loseRelation(draft: Draft, block: JsonObject): void {
  draft.unrelated = true;
  const reply = objectMember(block, "m.in_reply_to");
  if (reply) setMember(draft.content, "m.relates_to", { "m.in_reply_to": reply });
  else delete draft.content["m.relates_to"];
}

function* attempts(draft: Draft): Generator<Attempt> {
  const { type } = draft.provenance.original;
  const gaveUp = draft.unrelated ? { gaveUp: NO_RELATION } : {};
  for (const [index, dress] of dresses(draft).entries()) {
    const content = attributedWithRestore(dressed(draft, dress), draft.provenance, draft.media);
    yield { type, content, ...gaveUp, ...(index > 0 && { saves: "size" as const }) };
  }
  if (Object.hasOwn(draft.content, "m.relates_to")) {
    const content = dressed(draft, { label: "none", profile: false });
    delete content["m.relates_to"];
    const unrelated = attributedWithRestore(content, draft.provenance, draft.media);
    yield { type, content: unrelated, saves: "shape", gaveUp: NO_RELATION };
  }
  const cut = shortened(draft);
  if (cut) yield { type, content: cut, file: draft.provenance.original.content, gaveUp: IN_FILE };
  yield* wrapped(draft.provenance, draft.files, IN_WRAPPER);
}

/** What may be added, from all to nothing. */
function dresses({ provenance, label }: Draft): Dress[] {
  const { type } = provenance.original;
  const bare: Dress = { label: "none", profile: false };
  if (type === "m.room.message" || isPollStart(type) || isPollEnd(type))
    return [{ label, profile: true }, { label: "none", profile: true }, bare];
  return type === "m.sticker" ? [{ label: "none", profile: true }, bare] : [bare];
}

function dressed(draft: Draft, dress: Dress): JsonObject {
  const { type } = draft.provenance.original;
  const { author } = draft.provenance;
  const content = cloneJson(draft.content);
  if (type === "m.room.message") dressMessage(content, author, dress);
  if (draft.tally && dress.label !== "none") {
    if (isPollStart(type)) dressPollStart(content, author, draft.tally);
    else if (isPollEnd(type)) dressPollEnd(content, author, draft.tally);
  }
  addProfile(content, author, dress);
  return content;
}

/** A text message with its body cut; undefined for what has no text to cut. */
function shortened(draft: Draft): JsonObject | undefined {
  const { original } = draft.provenance;
  const body = stringMember(draft.content, "body");
  const msgtype = stringMember(draft.content, "msgtype");
  const isFile = Object.hasOwn(draft.content, "url") || Object.hasOwn(draft.content, "file");
  if (original.type !== "m.room.message" || body === undefined || msgtype === undefined || isFile) return undefined;
  const edited = objectMember(draft.content, "m.new_content");
  const newBody = stringMember(edited, "body");
  const kind = msgtype === "m.emote" ? "m.text" : msgtype.toWellFormed();
  const content: JsonObject = { msgtype: kind, body: "", "m.mentions": {} };
  const relation = objectMember(draft.content, "m.relates_to");
  if (relation) content["m.relates_to"] = relation;
  if (newBody !== undefined) content["m.new_content"] = { msgtype: kind, body: "" };
  const origin = { ...originBlock(draft.provenance), ...draft.media };
  const room = CUT_CONTENT_LIMIT - contentBytes(attributed(content, draft.provenance, origin));
  const share = newBody === undefined ? room : Math.floor(room / 2);
  content["body"] = cutText(body.toWellFormed(), share);
  if (newBody !== undefined) content["m.new_content"] = { msgtype: kind, body: cutText(newBody.toWellFormed(), share) };
  return attributed(content, draft.provenance, origin);
}
