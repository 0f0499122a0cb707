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

/** The first words of the messages to which one refers. */
export interface Briefs {
  thread?: Brief;
  repliesTo?: Brief;
  /** of the first answers in its thread */
  inThread?: readonly Brief[];
  /** of the last one */
  lastInThread?: Brief;
}

/** Reads them; undefined where it refers to none. */
export function briefsOf(
  { thread, repliesTo, inThread }: MessageItem,
  { conversation: { followUps } }: References,
): Promise<Briefs> | undefined {
  const last = inThread.at(-1);
  const isAlone = typeof thread !== "number" && typeof repliesTo !== "number" && last === undefined;
  if (isAlone) return undefined;
  const read = async (): Promise<Briefs> => {
    const briefs: Briefs = {};
    if (typeof thread === "number") briefs.thread = await followUps.brief(thread);
    if (typeof repliesTo === "number") briefs.repliesTo = await followUps.brief(repliesTo);
    if (last === undefined) return briefs;
    const found: Brief[] = [];
    for (const item of inThread.slice(0, LISTED)) found.push(await followUps.brief(item));
    return { ...briefs, inThread: found, lastInThread: await followUps.brief(last) };
  };
  return read();
}

/** What a message answers, and the thread that it stands in; of messages that follow each other in a thread the first one says so. */
export function quoteHtml(
  { thread, repliesTo }: MessageItem,
  { continuesThread }: { continuesThread: boolean },
  briefs: Briefs | undefined,
  references: References,
): Html {
  const inThread = continuesThread ? undefined : thread;
  return safe`${referenceHtml("thread", "In the thread", inThread, briefs?.thread, references)}${referenceHtml("quote", "In reply to", repliesTo, briefs?.repliesTo, references)}`;
}

function referenceHtml(
  className: string,
  words: string,
  to: Reference | undefined,
  brief: Brief | undefined,
  { conversation, hrefOf }: References,
): Html | undefined {
  if (to === undefined) return undefined;
  if (to === "outside" || !brief)
    return safe`<p class="ref ${className}"><span class="sr">${words}: </span>a message that is not in this bundle</p>`;
  return safe`<p class="ref ${className}"><a href="${hrefOf(to)}"><span class="sr">${words}: </span>${briefHtml(brief, conversation.people)}</a></p>`;
}

/** The messages of the thread that begins with this one. */
export function threadHtml(
  { inThread }: MessageItem,
  briefs: Briefs | undefined,
  { conversation: { people }, hrefOf }: References,
): Html | undefined {
  if (!briefs?.inThread || !briefs.lastInThread) return undefined;
  const rows = briefs.inThread.map(
    (brief, at) =>
      safe`<li><a href="${hrefOf(inThread[at] ?? 0)}">${briefHtml(brief, people)} <small>${momentHtml(brief.ts)}</small></a></li>`,
  );
  const more = inThread.length > LISTED && safe`<li>and ${inThread.length - LISTED} more, each in its place below</li>`;
  const count = inThread.length === 1 ? "1 message" : `${inThread.length} messages`;
  const { ts } = briefs.lastInThread;
  return safe`<details class="replies"><summary>Thread: ${count} <small>the last ${momentHtml(ts)}</small></summary><ol>${rows}${more}</ol></details>`;
}

/** A message as others show it: who wrote it, and its first words. */
export function briefHtml({ by, text, isRemoved }: Brief, people: People): Html {
  const said = isRemoved ? safe`<em>Message removed</em>` : text || "…";
  return safe`${nameHtml(people.nameOf(by))} <span class="excerpt">${said}</span>`;
}
