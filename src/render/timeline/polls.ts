import { PollTally } from "../../bundle/poll-tally.ts";
import { pollBlock, pollQuestion } from "../../matrix/poll.ts";
import type { Author } from "./author.ts";
import type { Version } from "./edits.ts";
import type { FollowUp } from "./follow-ups.ts";
import type { TimelineEntry } from "./timeline.ts";

/** A poll with its votes. */
export interface Poll {
  question: string;
  /** `count`: of votes; more than `voters` where the source counted them without names */
  answers: { text: string; count: number; voters: Author[] }[];
  total: number;
  /** false: the bundle holds no votes of it, and nothing is said of how many there were */
  isCounted: boolean;
  ended: boolean;
}

/** The poll in its latest wording. `mayClose`: who may end a poll beside its author. */
export function pollOf(
  { original }: TimelineEntry,
  current: Version,
  followUps: readonly FollowUp[],
  mayClose: (userId: string) => boolean,
): Poll {
  const content = pollBlock(current.content) ? current.content : original.content;
  const tally = new PollTally({ content, sender: original.sender });
  const people = new Map<string, Author>();
  for (const each of followUps) {
    if (each.kind === "vote") tally.respond({ content: each.content, sender: each.by.user_id, ts: each.ts });
    else if (each.kind === "end") tally.end({ sender: each.by.user_id, ts: each.ts }, mayClose);
    else continue;
    people.set(each.by.user_id, each.by);
  }
  const [voters, counts] = [tally.voters(), tally.count()];
  const answers = tally.answers.map(({ id, text }) => ({
    text,
    count: counts.get(id) ?? 0,
    voters: (voters.get(id) ?? []).flatMap((userId) => people.get(userId) ?? []),
  }));
  const total = answers.reduce((sum, { count }) => sum + count, 0);
  return { question: pollQuestion(content), answers, total, isCounted: tally.isKnown, ended: tally.ended };
}
