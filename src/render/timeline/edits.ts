import type { JsonObject } from "../../matrix/json.ts";
import type { FollowUp } from "./follow-ups.ts";
import type { Files, TimelineEntry } from "./timeline.ts";

/** One wording of a message. */
export interface Version {
  /** milliseconds since the epoch */
  ts: number;
  content: JsonObject;
  files: Files;
}

/** All wordings of a message. */
export interface Versions {
  /** the one that homeservers show */
  current: Version;
  /** the others, by time; empty where the message was never edited */
  earlier: readonly Version[];
  /** how many more there are that were not read */
  left: number;
}

export type Edit = Extract<FollowUp, { kind: "edit" }>;

/** The wordings of a message by its edits; `left`: how many edits are not among them. */
export function versionsOf({ original, files }: TimelineEntry, edits: readonly Edit[], left: number): Versions {
  const first: Version = { ts: original.ts, content: original.content, files };
  const latest = edits.reduce<Edit | undefined>((a, b) => (a && isLater(a, b) ? a : b), undefined);
  if (!latest) return { current: first, earlier: [], left };
  const others = edits.filter((edit) => edit !== latest).sort((a, b) => a.ts - b.ts);
  return { current: latest, earlier: [first, ...others], left };
}

/** Which of two edits a homeserver shows (client-server API, "Server-side aggregation of m.replace relationships"). */
export function isLater(a: { ts: number; id: string }, b: { ts: number; id: string }): boolean {
  return a.ts === b.ts ? a.id > b.id : a.ts > b.ts;
}
