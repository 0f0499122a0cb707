import { isObject, member, type JsonValue } from "../../../matrix/json.ts";
import type { ExportFile } from "../../input/export-files.ts";
import { jsonElements, jsonPieces } from "../../input/json-pieces.ts";

/** A file of messages. */
export interface SlackValues {
  file: ExportFile;
  /** @throws ConvertError export_malformed */
  read(): AsyncGenerator<JsonValue | undefined, void, undefined>;
}

/** The messages of one day: a list. */
export function day(file: ExportFile): SlackValues {
  return { file, read: () => jsonElements(file.read()) };
}

/** slackdump's own format, `dump`: one document a conversation, replies inside the message that began the thread. */
export function dump(file: ExportFile): SlackValues {
  return {
    file,
    async *read() {
      for await (const { index, value } of jsonPieces(file.read(), { lists: ["messages"] })) {
        if (index === undefined) continue;
        yield value;
        const replies = member(value, "slackdump_thread_replies");
        const own = member(value, "ts");
        // the first of them is the message itself
        for (const reply of Array.isArray(replies) ? replies : [])
          if (!isObject(reply) || member(reply, "ts") !== own) yield reply;
      }
    },
  };
}
