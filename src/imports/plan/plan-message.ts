import { withoutAdded } from "../../bundle/original.ts";
import { cloneJson, objectMember, stringMember, type JsonObject } from "../../matrix/json.ts";
import { isPollEnd, isPollStart } from "../../matrix/poll.ts";
import { relationOf } from "../../matrix/relation.ts";
import type { Attempt, Plan } from "../replay/attempt.ts";
import { addProfile, dressMessage, type Dress } from "./dress-message.ts";
import { dressPollEnd, dressPollStart } from "./dress-poll.ts";
import { attributed, attributedWithRestore, originBlock, type Provenance } from "./origin.ts";
import type { Planning } from "./plan.ts";
import { NO_RELATION, relate } from "./relate.ts";
import { makeSafe } from "./safe-content.ts";
import { contentBytes, cutText } from "./sendable.ts";
import type { PollTally } from "../../bundle/poll-tally.ts";
import { wrapped } from "./wrap.ts";

/** Room that is left for a cut body: the limit of an event less what surrounds a content on any server. */
const CUT_CONTENT_LIMIT = 63_000;

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
  /** a relation was taken out, for its target is not here */
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
  const { unrelated, reaction } = await relate(content, planning);
  const draft: Draft = { provenance, content, unrelated, label, media, files: references.files };
  const poll = isPollStart(original.type) ? original.eventId : relationOf(original.content).event_id;
  const tally = poll === undefined ? undefined : survey.poll(poll);
  if (tally) draft.tally = tally;
  const plan: Plan = { ts: provenance.ts, attempts: [] };
  if (reaction) plan.reaction = reaction;
  plan.attempts = attempts(draft);
  return plan;
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
