import type { PollTally } from "../../../bundle/poll-tally.ts";
import { isObject, member, objectMember, type JsonObject } from "../../../matrix/json.ts";
import { answerId, pollBlock } from "../../../matrix/poll.ts";
import { editTexts } from "./extensible-text.ts";
import { labelText, type Byline } from "./label.ts";

/**
 * A poll, or an edit of one, whose question names its author and whose answers carry their votes: one sender has one vote, so clients
 * cannot count. Numbers stand there only where votes are known, and where its readers may see them. Changes `content` in place.
 */
export function dressPollStart(content: JsonObject, byline: Byline, tally: PollTally | undefined): void {
  const counts = tally?.isKnown && tally.isOpenToAll ? tally.count() : undefined;
  for (const worded of [content, objectMember(content, "m.new_content")])
    if (worded) dressWording(worded, byline, counts);
}

function dressWording(content: JsonObject, byline: Byline, counts: ReadonlyMap<string, number> | undefined): void {
  const before = (text: string): string => labelText(byline, text) + text;
  const block = pollBlock(content);
  const question = objectMember(block, "question");
  for (const named of [content, question]) if (named) editTexts(named, before);
  const answers = member(block, "answers");
  if (!Array.isArray(answers)) return;
  for (const answer of answers) {
    const votes = counts?.get(answerId(answer) ?? "");
    if (isObject(answer) && votes !== undefined) editTexts(answer, (text) => `${text} (${inVotes(votes)})`);
  }
}

/** The end of a poll, with its result where that is known. Changes `content` in place. */
export function dressPollEnd(content: JsonObject, byline: Byline, tally: PollTally | undefined): void {
  const counts = tally?.isKnown && tally.ended ? tally.count() : undefined;
  const result = counts && tally?.answers.map(({ id, text }) => `${text}: ${inVotes(counts.get(id) ?? 0)}`).join(", ");
  editTexts(content, (text) => labelText(byline, text) + text + (result ? ` (${result})` : ""));
}

function inVotes(count: number): string {
  return count === 1 ? "1 vote" : `${count} votes`;
}
