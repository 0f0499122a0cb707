import type { OriginalEvent } from "./original.ts";
import { maxSelections, pollAnswers, selections, type PollAnswer } from "../matrix/poll.ts";

/** The final count of one poll (MSC3381: each person's last response before the end counts; one with an unknown answer is void). */
export class PollTally {
  readonly answers: PollAnswer[];
  readonly #max: number;
  readonly #author: string;
  readonly #votes = new Map<string, { ts: number; ids: string[] }>();
  #endedAt = Number.POSITIVE_INFINITY;

  constructor(start: Pick<OriginalEvent, "content" | "sender">) {
    this.answers = pollAnswers(start.content);
    this.#max = maxSelections(start.content);
    this.#author = start.sender;
  }

  respond(response: Pick<OriginalEvent, "content" | "sender" | "ts">): void {
    const last = this.#votes.get(response.sender);
    if (response.ts > this.#endedAt || (last && last.ts > response.ts)) return;
    this.#votes.set(response.sender, { ts: response.ts, ids: selections(response.content) });
  }

  /** The author's first end event closes the poll; `mayClose` says who else may. */
  end(end: Pick<OriginalEvent, "sender" | "ts">, mayClose: (userId: string) => boolean): void {
    if (end.sender === this.#author || mayClose(end.sender)) this.#endedAt = Math.min(this.#endedAt, end.ts);
  }

  /** Votes by answer id. */
  count(): Map<string, number> {
    return new Map([...this.voters()].map(([id, voters]) => [id, voters.length]));
  }

  /** Who voted for each answer, by answer id. */
  voters(): Map<string, string[]> {
    const voters = new Map<string, string[]>(this.answers.map((answer) => [answer.id, []]));
    for (const [sender, { ids }] of this.#votes) {
      const chosen = new Set(ids.slice(0, this.#max));
      if ([...chosen].some((id) => !voters.has(id))) continue;
      for (const id of chosen) voters.get(id)?.push(sender);
    }
    return voters;
  }

  get ended(): boolean {
    return Number.isFinite(this.#endedAt);
  }
}
