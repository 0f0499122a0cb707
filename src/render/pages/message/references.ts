import type { Conversation } from "../../timeline/conversation.ts";
import type { Brief } from "../../timeline/follow-ups.ts";
import type { MessageItem, Reference } from "../../timeline/item.ts";
import type { People } from "../../timeline/people.ts";
import { safe, type Html } from "./html.ts";
import { nameHtml } from "./people.ts";
import { momentHtml } from "./time.ts";

export interface References {
  conversation: Conversation;
  /** where a message or change stands */
  hrefOf: (item: number) => string;
}

/** So many answers of a thread are listed at its first message. */
const LISTED = 100;

/** What a message answers, and the thread that it stands in; of messages that follow each other in a thread the first one says so. */
export async function quoteHtml(
  { thread, repliesTo }: MessageItem,
  { continuesThread }: { continuesThread: boolean },
  references: References,
): Promise<Html> {
  const inThread = continuesThread ? undefined : thread;
  return safe`${await referenceHtml("thread", "In the thread", inThread, references)}${await referenceHtml("quote", "In reply to", repliesTo, references)}`;
}

async function referenceHtml(
  className: string,
  words: string,
  to: Reference | undefined,
  { conversation, hrefOf }: References,
): Promise<Html | undefined> {
  if (to === undefined) return undefined;
  if (to === "outside")
    return safe`<p class="ref ${className}"><span class="sr">${words}: </span>a message that is not in this bundle</p>`;
  const brief = await conversation.followUps.brief(to);
  return safe`<p class="ref ${className}"><a href="${hrefOf(to)}"><span class="sr">${words}: </span>${briefHtml(brief, conversation.people)}</a></p>`;
}

/** The messages of the thread that begins with this one. */
export async function threadHtml(
  { inThread }: MessageItem,
  { conversation, hrefOf }: References,
): Promise<Html | undefined> {
  const { followUps, people } = conversation;
  const last = inThread.at(-1);
  if (last === undefined) return undefined;
  const rows: Html[] = [];
  for (const item of inThread.slice(0, LISTED)) {
    const brief = await followUps.brief(item);
    rows.push(
      safe`<li><a href="${hrefOf(item)}">${briefHtml(brief, people)} <small>${momentHtml(brief.ts)}</small></a></li>`,
    );
  }
  const more = inThread.length > LISTED && safe`<li>and ${inThread.length - LISTED} more, each in its place below</li>`;
  const count = inThread.length === 1 ? "1 message" : `${inThread.length} messages`;
  const { ts } = await followUps.brief(last);
  return safe`<details class="replies"><summary>Thread: ${count} <small>the last ${momentHtml(ts)}</small></summary><ol>${rows}${more}</ol></details>`;
}

/** A message as others show it: who wrote it, and its first words. */
export function briefHtml({ by, text, isRemoved }: Brief, people: People): Html {
  const said = isRemoved ? safe`<em>Message removed</em>` : text || "…";
  return safe`${nameHtml(people.nameOf(by))} <span class="excerpt">${said}</span>`;
}
