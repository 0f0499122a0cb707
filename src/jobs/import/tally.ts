import type { OriginalEvent } from "../../bundle/original.ts";
import { maxSelections, pollAnswers, selections, type PollAnswer } from "../../matrix/poll.ts";

/** The final count of one poll (MSC3381: each person's last response before the end counts; one with an unknown answer is void). */
export class Tally {
  readonly answers: PollAnswer[];
  readonly #max: number;
  readonly #author: string;
  readonly #votes = new Map<string, { ts: number; ids: string[] }>();
  #endedAt = Number.POSITIVE_INFINITY;

  constructor(start: OriginalEvent) {
    this.answers = pollAnswers(start.content);
    this.#max = maxSelections(start.content);
    this.#author = start.sender;
  }

  respond(response: OriginalEvent): void {
    const last = this.#votes.get(response.sender);
    if (response.ts > this.#endedAt || (last && last.ts > response.ts)) return;
    this.#votes.set(response.sender, { ts: response.ts, ids: selections(response.content) });
  }

  /** The author's first end event closes the poll; `mayClose` says who else may. */
  end(end: OriginalEvent, mayClose: (userId: string) => boolean): void {
    if (end.sender === this.#author || mayClose(end.sender)) this.#endedAt = Math.min(this.#endedAt, end.ts);
  }

  /** Votes by answer id. */
  count(): Map<string, number> {
    const counts = new Map(this.answers.map((answer) => [answer.id, 0]));
    for (const { ids } of this.#votes.values()) {
      const chosen = new Set(ids.slice(0, this.#max));
      if ([...chosen].some((id) => !counts.has(id))) continue;
      for (const id of chosen) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    return counts;
  }
}
