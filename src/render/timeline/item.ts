import type { Versions } from "./edits.ts";
import type { Poll } from "./polls.ts";
import type { Reaction } from "./reactions.ts";
import type { TimelineEntry } from "./timeline.ts";

/** The number of another item, or `outside` where that is not in the bundle. */
export type Reference = number | "outside";

/** A message with all that belongs to it. */
export interface MessageItem {
  kind: "message";
  /** counts messages and changes from 0, in the order of the timeline; not every number is taken */
  number: number;
  entry: TimelineEntry;
  versions: Versions;
  /** at the export */
  isPinned: boolean;
  reactions: readonly Reaction[];
  poll?: Poll;
  /** what it answers; not where that is only the way to show threads in old clients */
  repliesTo?: Reference;
  /** the first message of its thread */
  thread?: Reference;
  /** the messages of the thread that begins with it */
  inThread: readonly number[];
}

/** Something that happened to the room. */
export interface ChangeItem {
  kind: "change";
  number: number;
  entry: TimelineEntry;
}

/** What stands in a conversation. */
export type Item = MessageItem | ChangeItem;
