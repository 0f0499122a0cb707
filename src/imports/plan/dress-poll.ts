import type { ImportedSender } from "../../bundle/manifest/manifest.ts";
import type { PollTally } from "../../bundle/poll-tally.ts";
import { isolatedName } from "./author-name.ts";
import { escapeHtml } from "../../matrix/escape-html.ts";
import { isObject, member, objectMember, setMember, stringMember, type JsonObject } from "../../matrix/json.ts";
import { answerId, pollBlock, TEXT, TEXT_UNSTABLE } from "../../matrix/poll.ts";

/** A poll whose question names its author and whose answers carry their votes: one sender has one vote, so clients cannot count. */
export function dressPollStart(content: JsonObject, author: ImportedSender, tally: PollTally): void {
  const block = pollBlock(content);
  const before = (text: string): string => `${isolatedName(author)}: ${text}`;
  editTexts(content, before);
  const question = objectMember(block, "question");
  if (question) editTexts(question, before);
  const answers = member(block, "answers");
  if (!Array.isArray(answers)) return;
  const counts = tally.count();
  for (const answer of answers) {
    const votes = counts.get(answerId(answer) ?? "");
    if (isObject(answer) && votes !== undefined) editTexts(answer, (text) => `${text} (${inVotes(votes)})`);
  }
}

/** The end of a poll, with its result. */
export function dressPollEnd(content: JsonObject, author: ImportedSender, tally: PollTally): void {
  const counts = tally.count();
  const result = tally.answers.map(({ id, text }) => `${text}: ${inVotes(counts.get(id) ?? 0)}`).join(", ");
  editTexts(content, (text) => `${isolatedName(author)}: ${text} (${result})`);
}

function inVotes(count: number): string {
  return count === 1 ? "1 vote" : `${count} votes`;
}

/** Edits the text of an extensible-events block in all its spellings (MSC1767). */
function editTexts(block: JsonObject, edit: (text: string) => string): void {
  for (const key of [TEXT_UNSTABLE, "body"]) {
    const text = stringMember(block, key);
    if (text !== undefined) setMember(block, key, edit(text));
  }
  const list = member(block, TEXT);
  if (!Array.isArray(list)) return;
  for (const item of list) {
    const text = stringMember(item, "body");
    if (!isObject(item) || text === undefined) continue;
    const isHtml = stringMember(item, "mimetype") === "text/html";
    setMember(item, "body", isHtml ? editHtml(text, edit) : edit(text));
  }
}

/** What `edit` adds around a text, escaped and put around the HTML. */
function editHtml(html: string, edit: (text: string) => string): string {
  const marker = "\0";
  const [before = "", after = ""] = edit(marker).split(marker);
  return escapeHtml(before) + html + escapeHtml(after);
}
