import type { OriginalEvent } from "./original.ts";
import { member, objectMember, type JsonObject, type JsonValue } from "../matrix/json.ts";
import { POLL_RESULT } from "../matrix/names.ts";
import { isDisclosed, maxSelections, pollAnswers, pollBlock, selections, type PollAnswer } from "../matrix/poll.ts";

/** The final count of one poll (MSC3381: each person's last response before the end counts; one with an unknown answer is void). */
export class PollTally {
  /** in the poll's latest wording */
  answers: PollAnswer[];
  #max: number;
  #isDisclosed: boolean;
  #wordedAt = Number.NEGATIVE_INFINITY;
  readonly #author: string;
  readonly #votes = new Map<string, { ts: number; ids: string[] }>();
  #hasResponses = false;
  readonly #known: JsonObject | undefined;
  #endedAt = Number.POSITIVE_INFINITY;

  constructor(start: Pick<OriginalEvent, "content" | "sender">) {
    this.#known = objectMember(start.content, POLL_RESULT);
    this.answers = pollAnswers(start.content);
    this.#max = maxSelections(start.content);
    this.#isDisclosed = isDisclosed(start.content);
    this.#author = start.sender;
  }

  /** An edit of the poll. The author's latest one counts; gives false for anybody else's. */
  edit({ content, sender, ts }: Pick<OriginalEvent, "content" | "sender" | "ts">): boolean {
    if (sender !== this.#author) return false;
    const edited = objectMember(content, "m.new_content");
    if (!edited || !pollBlock(edited) || ts < this.#wordedAt) return true;
    this.#wordedAt = ts;
    this.answers = pollAnswers(edited);
    this.#max = maxSelections(edited);
    this.#isDisclosed = isDisclosed(edited);
    return true;
  }

  respond(response: Pick<OriginalEvent, "content" | "sender" | "ts">): void {
    this.#hasResponses = true;
    const last = this.#votes.get(response.sender);
    if (response.ts > this.#endedAt || (last && last.ts > response.ts)) return;
    this.#votes.set(response.sender, { ts: response.ts, ids: selections(response.content) });
  }

  /** The author's first end event closes the poll; `mayClose` says who else may. */
  end(end: Pick<OriginalEvent, "sender" | "ts">, mayClose: (userId: string) => boolean): void {
    if (end.sender === this.#author || mayClose(end.sender)) this.#endedAt = Math.min(this.#endedAt, end.ts);
  }

  /** Votes by answer id; where there are no responses, what the poll itself says of votes that were counted elsewhere. */
  count(): Map<string, number> {
    const known = (id: string): number => (this.#votes.size === 0 ? voteCount(member(this.#known, id)) : 0);
    return new Map([...this.voters()].map(([id, voters]) => [id, voters.length || known(id)]));
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

  /** Is anything known of its votes: responses, or what the poll itself says of them? Nothing known is not no votes. */
  get isKnown(): boolean {
    return this.#hasResponses || this.answers.some(({ id }) => typeof member(this.#known, id) === "number");
  }

  /** May its readers see how it stands: it has ended, or shows its votes all along? */
  get isOpenToAll(): boolean {
    return this.ended || this.#isDisclosed;
  }

  get ended(): boolean {
    return Number.isFinite(this.#endedAt);
  }
}

function voteCount(value: JsonValue | undefined): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;
}
