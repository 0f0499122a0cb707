import { IdIndex } from "../../bundle/verify/id-index.ts";
import type { Bundle } from "../../bundle/open-bundle.ts";
import { PollTally } from "../../bundle/poll-tally.ts";
import { nameOf } from "../../bundle/profiles.ts";
import { objectMember, type JsonObject } from "../../matrix/json.ts";
import { isPollResponse, isPollStart } from "../../matrix/poll.ts";
import { relationOf } from "../../matrix/relation.ts";
import { Afterwords } from "./afterwords.ts";
import { timeline, type Told } from "./timeline.ts";

/** One thing of a transcript: a message, or something that happened to the room. */
export interface Entry extends Told {
  /** counts the entries, from 1 */
  number: number;
  /** with the last edit of its author */
  content: JsonObject;
  /** when that was; milliseconds since the epoch */
  editedAt?: number;
  /** emoji, and who reacted with it */
  reactions: ReadonlyMap<string, readonly string[]>;
  /** the entry that it answers, or "outside" where that is not in the bundle */
  answers?: number | "outside";
  /** the same for the first message of its thread */
  thread?: number | "outside";
  poll?: PollTally;
}

interface Survey {
  ids: IdIndex;
  /** number of the entry at each place of the timeline; 0 for what belongs to another one */
  numbers: number[];
  polls: Map<number, PollTally>;
  afterwords: Afterwords;
}

/**
 * The conversation as people read it: edits applied, reactions and votes with what they belong to. The bundle is read twice; in
 * memory are some dozens of bytes an event. `folder`: for what has to wait meanwhile. @throws BundleError
 */
export async function* transcript(bundle: Bundle, folder: string): AsyncGenerator<Entry, void, undefined> {
  const afterwords = await Afterwords.open(folder);
  try {
    const survey = await surveyed(bundle, afterwords);
    let place = 0;
    for await (const told of timeline(bundle)) {
      const number = survey.numbers[place];
      if (number) yield await entryOf(told, place, number, survey);
      place++;
    }
  } finally {
    await afterwords.dispose();
  }
}

async function surveyed(bundle: Bundle, afterwords: Afterwords): Promise<Survey> {
  const survey: Survey = { ids: new IdIndex(), numbers: [], polls: new Map(), afterwords };
  const senders: string[] = [];
  const known = new Map<string, string>();
  let entries = 0;
  for await (const told of timeline(bundle)) {
    const { original } = told;
    const place = survey.numbers.length;
    const belongs = await attach(told, senders, survey);
    survey.numbers.push(belongs ? 0 : ++entries);
    for (const id of [original.eventId, original.bundleId]) survey.ids.add(id, place);
    if (!known.has(original.sender)) known.set(original.sender, original.sender);
    senders.push(known.get(original.sender) ?? original.sender);
    if (isPollStart(original.type) && !original.redaction) survey.polls.set(place, new PollTally(original));
  }
  return survey;
}

/** Does it belong to an entry before it? Then it is put there. */
async function attach({ original, author }: Told, senders: string[], survey: Survey): Promise<boolean> {
  const { type, content, sender, ts, eventId: id, redaction } = original;
  if (type === "m.room.redaction") return original.redacts !== undefined && survey.ids.has(original.redacts);
  const relation = relationOf(content);
  const place = relation.event_id === undefined ? undefined : survey.ids.get(relation.event_id);
  if (type === "m.reaction" && redaction) return true;
  if (place === undefined || redaction || !survey.numbers[place]) return false;
  if (relation.rel_type === "m.replace") {
    const edited = objectMember(content, "m.new_content");
    if (!edited || senders[place] !== sender) return false;
    await survey.afterwords.add(place, { kind: "edit", id, ts, content: edited });
    return true;
  }
  if (type === "m.reaction" && relation.key !== undefined) {
    await survey.afterwords.add(place, { kind: "reaction", key: relation.key, name: nameOf(author) });
    return true;
  }
  const poll = isPollResponse(type) ? survey.polls.get(place) : undefined;
  poll?.respond(original);
  return poll !== undefined;
}

async function entryOf(told: Told, place: number, number: number, survey: Survey): Promise<Entry> {
  const { content } = told.original;
  const reactions = new Map<string, string[]>();
  const entry: Entry = { ...told, number, content, reactions };
  let latest: { ts: number; id: string } | undefined;
  for (const afterword of await survey.afterwords.of(place)) {
    if (afterword.kind === "reaction")
      reactions.set(afterword.key, [...(reactions.get(afterword.key) ?? []), afterword.name]);
    else if (!latest || isLater(afterword, latest)) {
      latest = afterword;
      entry.content = afterword.content;
      entry.editedAt = afterword.ts;
    }
  }
  const numberOf = (id: string): number | "outside" => {
    const at = survey.ids.get(id);
    return (at === undefined ? undefined : survey.numbers[at]) || "outside";
  };
  const relation = relationOf(content);
  const isThread = relation.rel_type === "m.thread" && relation.event_id !== undefined;
  const isFallback = isThread && objectMember(content, "m.relates_to")?.["is_falling_back"] !== false;
  if (isThread) entry.thread = numberOf(relation.event_id ?? "");
  if (relation.in_reply_to !== undefined && !isFallback) entry.answers = numberOf(relation.in_reply_to);
  const poll = survey.polls.get(place);
  if (poll) entry.poll = poll;
  return entry;
}

/** Which of two edits homeservers show (client-server API, "Server-side aggregation of m.replace relationships"). */
function isLater(a: { ts: number; id: string }, b: { ts: number; id: string }): boolean {
  return a.ts === b.ts ? a.id > b.id : a.ts > b.ts;
}
