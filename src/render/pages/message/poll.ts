import { pollQuestion } from "../../../matrix/poll.ts";
import type { ImportedSender } from "../../../bundle/manifest/manifest.ts";
import { PollTally } from "../../../bundle/poll-tally.ts";
import type { JsonObject } from "../../../matrix/json.ts";
import type { Attached } from "../story/catalogue.ts";
import { safe, type Html } from "./html.ts";
import { nameHtml } from "./people.ts";

/** A poll with its votes, and who gave them. `mayClose`: who may end a poll beside its author. */
export function pollHtml(
  start: { content: JsonObject; sender: string },
  votes: readonly Extract<Attached, { kind: "vote" | "end" }>[],
  mayClose: (userId: string) => boolean,
): Html {
  const tally = new PollTally(start);
  const people = new Map<string, ImportedSender>();
  for (const vote of votes) {
    people.set(vote.by.user_id, vote.by);
    if (vote.kind === "vote") tally.respond({ content: vote.content, sender: vote.by.user_id, ts: vote.ts });
    else tally.end({ sender: vote.by.user_id, ts: vote.ts }, mayClose);
  }
  const voters = tally.voters();
  const total = [...voters.values()].reduce((sum, { length }) => sum + length, 0);
  const most = Math.max(1, ...[...voters.values()].map(({ length }) => length));
  const answers = tally.answers.map(({ id, text }) => {
    const by = voters.get(id) ?? [];
    const share = total === 0 ? 0 : Math.round((by.length / total) * 100);
    const names = by.map(
      (userId, at) => safe`${at > 0 && ", "}${nameHtml(people.get(userId) ?? { user_id: userId, display_name: null })}`,
    );
    return safe`<li${by.length === most && safe` class="leading"`}><span class="answer">${text}</span> <span class="votes">${inVotes(by.length)} · ${share}%</span><progress aria-label="${text}" max="100" value="${share}"></progress>${
      by.length > 0 && safe`<details><summary>Who voted for it</summary><p>${names}</p></details>`
    }</li>`;
  });
  const state = tally.ended ? "Final result" : "Not closed";
  return safe`<div class="poll"><p class="question">${pollQuestion(start.content)}</p><ul>${answers}</ul><p class="total">${state}: ${inVotes(total)}</p></div>`;
}

function inVotes(count: number): string {
  return count === 1 ? "1 vote" : `${count} votes`;
}
