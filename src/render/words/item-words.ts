import { stringMember } from "../../matrix/json.ts";
import type { Poll } from "../timeline/polls.ts";
import type { Reaction } from "../timeline/reactions.ts";
import type { People } from "../timeline/people.ts";
import type { TimelineEntry } from "../timeline/timeline.ts";
import { because, words, type Words } from "./words.ts";

/** In place of a message that was removed: by whom, and why. */
export function removalWords({ original, author, remover }: TimelineEntry, people: People): Words {
  const reason = original.redaction && stringMember(original.redaction.content, "reason");
  const by: Words =
    remover && remover.user_id !== author.user_id
      ? words` by ${{ kind: "name", person: people.nameOf(remover) }}`
      : [" by its author"];
  return words`Message removed${by}${because(reason)}`;
}

export function votesText(count: number): string {
  return count === 1 ? "1 vote" : `${count} votes`;
}

/** `Final result: 3 votes` */
export function pollResultText({ ended, total, isCounted }: Pick<Poll, "ended" | "total" | "isCounted">): string {
  if (!isCounted) return `${ended ? "Ended" : "Not closed"}; its votes are not in this bundle`;
  return `${ended ? "Final result" : "Not closed"}: ${votesText(total)}`;
}

/** `👍 Ann, Ben` */
export function reactionText({ label, people: who }: Reaction, people: People): string {
  return `${label} ${who.map((person) => people.textOf(person)).join(", ")}`;
}
