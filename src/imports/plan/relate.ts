import { cloneJson, objectMember, setMember, stringMember, type JsonObject } from "../../matrix/json.ts";
import { relationOf } from "../../matrix/relation.ts";
import type { Plan } from "../replay/attempt.ts";
import type { Planning } from "./plan.ts";
import { freeKey, keyForms } from "./labels/reaction-key.ts";

/** For the report: the relation is not in the new event. */
export const NO_RELATION = {
  code: "relation_dropped",
  message: "What the event relates to is not in this room; the relation is kept in its origin only.",
};

export interface Related {
  /** a relation was taken out, for its target is not among the events that were imported before this one */
  unrelated: boolean;
  /** target and key of a reaction */
  reaction?: NonNullable<Plan["reaction"]>;
}

/**
 * Points the relations of a content at the new ids, in place. What leads to no event of this import is taken out: an id of another
 * room of the homeserver would show what is said there to whoever may see it.
 */
export async function relate(content: JsonObject, planning: Planning): Promise<Related> {
  const edited = objectMember(content, "m.new_content");
  const inEdit = edited ? await relateOne(edited, planning) : undefined;
  const related = await relateOne(content, planning);
  return { ...related, unrelated: related.unrelated || inEdit?.unrelated === true };
}

async function relateOne(content: JsonObject, planning: Planning): Promise<Related> {
  const relates = objectMember(content, "m.relates_to");
  if (!relates) return { unrelated: false };
  const { original, references, provenance, survey } = planning;
  const relation = relationOf(content);
  const block = cloneJson(relates);
  const answers = await answerTo(block, planning);
  const put = (unrelated: boolean): Related => {
    if (Object.keys(block).length > 0) setMember(content, "m.relates_to", block);
    else delete content["m.relates_to"];
    return { unrelated: unrelated || !answers };
  };
  if (relation.event_id === undefined) return put(false);
  const target = await references.event(relation.event_id);
  if (relation.rel_type === "m.replace" && target && target.sender !== original.sender) {
    // With one sender for all, somebody else's edit would become a valid one.
    delete content["m.relates_to"];
    return { unrelated: false };
  }
  if (!target?.newId) {
    // homeservers refuse a relation to an event that they do not know; an answer can stand by itself
    for (const key of Object.keys(block)) if (key !== "m.in_reply_to") delete block[key];
    return put(true);
  }
  setMember(block, "event_id", target.newId);
  if (original.type !== "m.reaction" || relation.key === undefined) return put(false);
  const { newId } = target;
  const { author } = provenance;
  const byline = { author, shown: survey.names.of(author) };
  const forms = keyForms(relationOf(original.content).key ?? relation.key, original.content, references.files);
  const key = await freeKey(forms, byline, (tried) => planning.hasReaction(newId, tried));
  setMember(block, "key", key);
  return { ...put(false), reaction: { target: newId, key } };
}

/** Points an answer at what it answers. False where that is not here: then it is none any more. */
async function answerTo(block: JsonObject, { references }: Planning): Promise<boolean> {
  const reply = objectMember(block, "m.in_reply_to");
  const answered = stringMember(reply, "event_id");
  if (!reply || answered === undefined) return true;
  const found = await references.event(answered);
  if (found?.newId) setMember(reply, "event_id", found.newId);
  else delete block["m.in_reply_to"];
  return Boolean(found?.newId);
}
