import type { JsonValue } from "../../../matrix/json.ts";
import { Fields } from "../../input/fields.ts";

/** A wording of a message. */
interface Version {
  text: string;
  /** since when, milliseconds since the epoch; undefined for the first */
  since: number | undefined;
}

/**
 * The wordings of a message, the first one first. The history, newest first, has of each change what was there before; it may be
 * JSON in a text. `moved`: told of each change of topic or channel; `odd`: of a history that cannot be read
 */
export function versionsOf(message: Fields, { moved, odd }: { moved: () => void; odd: () => void }): Version[] {
  const text = message.text("content") ?? "";
  const changes = historyOf(message, odd).reverse();
  for (const change of changes)
    if (change.has("prev_topic") || change.has("prev_subject") || change.has("prev_stream")) moved();
  const edits = changes.flatMap((change) => {
    const [before, seconds] = [change.text("prev_content"), change.number("timestamp")];
    return before === undefined || seconds === undefined ? [] : { before, at: Math.round(seconds * 1000) };
  });
  const [first] = edits;
  if (!first) return [{ text, since: undefined }];
  const later = edits.map(({ at }, index) => ({ text: edits[index + 1]?.before ?? text, since: at }));
  return [{ text: first.before, since: undefined }, ...later];
}

function historyOf(message: Fields, odd: () => void): Fields[] {
  const given = message.raw("edit_history");
  if (typeof given !== "string") return message.objects("edit_history");
  try {
    const parsed = JSON.parse(given) as JsonValue;
    return new Fields({ history: parsed }, odd).objects("history");
  } catch {
    odd();
    return [];
  }
}
