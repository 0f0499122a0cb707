import { stringify } from "csv-stringify/sync";
import { redactionTarget } from "../../matrix/event.ts";
import { stringMember, type JsonObject } from "../../matrix/json.ts";
import { relationOf } from "../../matrix/relation.ts";
import type { Told } from "./timeline.ts";

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
/** RFC 4180; what a spreadsheet would take for a formula gets an apostrophe before it. */
const OPTIONS = { record_delimiter: "\r\n", escape_formulas: true };

/** A table with a row for each event, edits and reactions among them, piece by piece. */
export async function* asCsv(events: AsyncIterable<Told>): AsyncGenerator<string, void, undefined> {
  yield stringify([COLUMNS], OPTIONS);
  for await (const told of events) yield stringify([row(told)], OPTIONS);
}

function row({ original, author, remover, file }: Told): string[] {
  const { content, redaction } = original;
  const relation = relationOf(content);
  const because = redaction && stringMember(redaction.content, "reason");
  return [
    original.eventId,
    timeOf(original.ts),
    author.user_id,
    author.display_name ?? "",
    original.type,
    original.stateKey ?? "",
    textOf(content),
    relation.rel_type ?? "",
    relation.event_id ?? redactsOf(original.type, content, original.redacts),
    relation.in_reply_to ?? "",
    original.type === "m.reaction" ? (relation.key ?? "") : "",
    file ?? "",
    remover?.user_id ?? "",
    because ?? "",
  ];
}

/** The text of a message, of an edit the new one; of other events what they set. */
function textOf(content: JsonObject): string {
  const edited = content["m.new_content"];
  for (const [holder, key] of [
    [edited, "body"],
    [content, "body"],
    [content, "name"],
    [content, "topic"],
    [content, "membership"],
    [content, "org.matrix.msc1767.text"],
  ] as const) {
    const text = stringMember(holder, key);
    if (text !== undefined) return text;
  }
  return "";
}

function redactsOf(type: string, content: JsonObject, redacts: string | undefined): string {
  if (type !== "m.room.redaction") return "";
  return redacts ?? redactionTarget({ event_id: "", type, sender: "", origin_server_ts: 0, content }) ?? "";
}

function timeOf(ts: number): string {
  const date = new Date(ts);
  return Number.isNaN(date.getTime()) ? String(ts) : date.toISOString();
}
