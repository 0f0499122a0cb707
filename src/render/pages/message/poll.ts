import type { Poll } from "../../timeline/polls.ts";
import type { People } from "../../timeline/people.ts";
import { pollResultText, votesText } from "../../words/item-words.ts";
import { safe, type Html } from "./html.ts";
import { nameHtml } from "./people.ts";

/** A poll with its votes, and who gave them. */
export function pollHtml(poll: Poll, people: People): Html {
  const { question, total, isCounted } = poll;
  const most = Math.max(1, ...poll.answers.map(({ count }) => count));
  const answers = poll.answers.map(({ text, count, voters }) => {
    const share = total === 0 ? 0 : Math.round((count / total) * 100);
    const names = voters.map((voter, at) => safe`${at > 0 && ", "}${nameHtml(people.nameOf(voter))}`);
    if (!isCounted) return safe`<li><span class="answer">${text}</span></li>`;
    return safe`<li${count === most && safe` class="leading"`}><span class="answer">${text}</span> <span class="votes">${votesText(count)} · ${share}%</span><progress aria-label="${text}" max="100" value="${share}"></progress>${
      voters.length > 0 && safe`<details><summary>Who voted for it</summary><p>${names}</p></details>`
    }</li>`;
  });
  return safe`<div class="poll"><p class="question">${question}</p><ul>${answers}</ul><p class="total">${pollResultText(poll)}</p></div>`;
}
