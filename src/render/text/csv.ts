import { stringMember } from "../../matrix/json.ts";
import { isPollEnd, isPollResponse, isPollStart, pollAnswers, pollQuestion, selections } from "../../matrix/poll.ts";
import { relationOf } from "../../matrix/relation.ts";
import { csvWriter } from "../../matrix/text/csv-writer.ts";
import type { Conversation, ConversationEvent } from "../timeline/conversation.ts";
import { messageFiles } from "../timeline/files.ts";
import { reactionLabel } from "../timeline/reactions.ts";
import type { TimelineEntry } from "../timeline/timeline.ts";
import { ChangeWords } from "../words/change-words.ts";
import { bodyText, editedContent, ENCRYPTED, locationText } from "../words/message-text.ts";
import { plainWords } from "../words/words.ts";

const COLUMNS = [
  "event_id",
  "time",
  "author_id",
  "author_name",
  "type",
  "state_key",
  "text",
  "relation",
  "related_event_id",
  "reply_to",
  "reaction",
  "file",
  "removed_by",
  "removal_reason",
];

/** So many rows are put into form together. */
const ROWS = 200;

/** A table with a row for each event, edits and reactions among them, piece by piece. @throws BundleError */
export async function* asCsv(
  conversation: Conversation,
  { spreadsheet = false }: { spreadsheet?: boolean },
): AsyncGenerator<string, void, undefined> {
  const csv = csvWriter(spreadsheet);
  yield csv.head(COLUMNS);
  const changes = new ChangeWords(conversation.people);
  let rows: string[][] = [];
  for await (const events of conversation.events())
    for (const event of events) {
      if (event.entry.original.repeated) continue;
      const text = await textOf(event, conversation, changes);
      if (rows.push(row(event.entry, text, conversation)) < ROWS) continue;
      yield csv.rows(rows);
      rows = [];
    }
  yield csv.rows(rows);
}

function row(entry: TimelineEntry, text: string, { source }: Conversation): string[] {
  const { original, author, remover } = entry;
  const { type, content, redaction } = original;
  const relation = relationOf(content);
  const isReaction = type === "m.reaction";
  const place = (sha256: string): string => `media/${sha256}/${source.mediaFileName(sha256)}`;
  const places = filesOf(entry).map(({ sha256, name }) =>
    sha256 === undefined ? name.replaceAll(/\s+/g, " ") : place(sha256),
  );
  return [
    original.eventId,
    timeOf(original.ts),
    author.user_id,
    author.display_name ?? "",
    type,
    original.stateKey ?? "",
    text,
    relation.rel_type ?? "",
    relation.event_id ?? original.redacts ?? "",
    relation.in_reply_to ?? "",
    isReaction && !redaction ? reactionLabel(content) : "",
    places.join("\n"),
    remover?.user_id ?? "",
    (redaction && stringMember(redaction.content, "reason")) ?? "",
  ];
}

/** What an event says: a message its text, an edit the new one, a poll its question and answers, a vote its answers, a change what it did to the room. */
async function textOf(
  { entry, role }: ConversationEvent,
  { followUps }: Conversation,
  changes: ChangeWords,
): Promise<string> {
  const { original } = entry;
  const { type, content } = original;
  if (role === "change") return plainWords(changes.of(original));
  if (original.redaction) return "";
  if (type === "m.room.encrypted") return ENCRYPTED;
  if (isPollResponse(type)) {
    const item = followUps.itemOf(relationOf(content).event_id ?? "");
    const poll = item === undefined ? undefined : await followUps.pollContent(item);
    const answers = new Map(pollAnswers(poll ?? {}).map(({ id, text }) => [id, text]));
    return selections(content)
      .map((id) => answers.get(id) ?? id)
      .join("\n");
  }
  if (isPollEnd(type)) return "ended the poll";
  const shown = editedContent(content);
  if (isPollStart(type)) return [pollQuestion(shown), ...pollAnswers(shown).map(({ text }) => text)].join("\n");
  return stringMember(shown, "msgtype") === "m.location" ? locationText(shown) : bodyText(shown);
}

/** The files of an event; those that the bundle does not hold have no hash. */
function filesOf({ original, files }: TimelineEntry): { sha256: string | undefined; name: string }[] {
  const { type, content, redaction } = original;
  if (type === "m.reaction") return Object.values(files).map((sha256) => ({ sha256, name: "" }));
  return redaction ? [] : (messageFiles(type, editedContent(content), files)?.files ?? []);
}

function timeOf(ts: number): string {
  const date = new Date(ts);
  return Number.isNaN(date.getTime()) ? String(ts) : date.toISOString();
}
