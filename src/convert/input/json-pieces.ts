import { BundleError } from "../../bundle/faults.ts";
import { JsonSplitter } from "../../bundle/manifest/json-splitter.ts";
import { MAX_MANIFEST_BYTES } from "../../bundle/limits.ts";
import { parseJson, type JsonValue } from "../../matrix/json.ts";
import { ConvertError } from "../convert-error.ts";

/** Longest element that is read, bytes: far more than any chat lets people write, and than a thread of ten thousand replies. */
const MAX_PIECE_BYTES = 64 * 1024 * 1024;

/** A member of a document, or one element of a member that is a long list. */
export interface Piece {
  name: string;
  /** the element's place; undefined for a whole member */
  index: number | undefined;
  /** undefined where the text is no JSON */
  value: JsonValue | undefined;
}

export interface Wanted {
  /** members that are handed out element by element */
  lists?: readonly string[];
  /** members that are handed out whole; all others are passed over */
  members?: readonly string[];
  /** keep numbers as they are written (`RawNumber`), for what is handed on as it is */
  exact?: boolean;
}

/**
 * The wanted parts of a large JSON document, an object, as its bytes arrive: one element at a time.
 * @throws ConvertError export_malformed
 */
export async function* jsonPieces(
  bytes: AsyncIterable<Buffer>,
  { lists = [], members = [], exact = false }: Wanted,
): AsyncGenerator<Piece, void, undefined> {
  let texts: { name: string; index: number | undefined; json: string }[] = [];
  const parse = exact ? parseJson : plainJson;
  const splitter = new JsonSplitter({
    rule: (name) => {
      const isList = lists.includes(name);
      const limit = isList || members.includes(name) ? MAX_PIECE_BYTES : MAX_MANIFEST_BYTES;
      return { form: isList ? "list" : "whole", limit, skip: !isList && !members.includes(name) };
    },
    text: (name, key, json) => texts.push({ name, index: typeof key === "number" ? key : undefined, json }),
  });
  // each is parsed only when its turn comes, so that few values are alive at a time
  function* ready(): Generator<Piece, void, undefined> {
    const found = texts;
    texts = [];
    for (const { name, index, json } of found) yield { name, index, value: parsed(json, parse) };
  }
  for await (const chunk of withoutMark(bytes)) {
    malformedAs(() => splitter.write(chunk));
    // `yield*` would take three turns of the event loop for each
    for (const piece of ready()) yield piece;
  }
  malformedAs(() => splitter.end());
  for (const piece of ready()) yield piece;
}

/** The elements of a large JSON document that is an array; undefined for one that is no JSON. @throws ConvertError export_malformed */
export async function* jsonElements(
  bytes: AsyncIterable<Buffer>,
): AsyncGenerator<JsonValue | undefined, void, undefined> {
  async function* asObject(): AsyncGenerator<Buffer, void, undefined> {
    yield Buffer.from('{"list":');
    yield* withoutMark(bytes);
    yield Buffer.from("}");
  }
  for await (const { value } of jsonPieces(asObject(), { lists: ["list"] })) yield value;
}

/** Some programs begin with a byte order mark. */
async function* withoutMark(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let isFirst = true;
  for await (const chunk of bytes) {
    yield isFirst && chunk.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? chunk.subarray(3) : chunk;
    isFirst = false;
  }
}

function malformedAs(read: () => void): void {
  try {
    read();
  } catch (error) {
    throw error instanceof BundleError ? new ConvertError("export_malformed") : error;
  }
}

/** Telegram Desktop 4.1.1 wrote the path of a custom emoji without quotes; it is the last of its object, on a line of its own. */
const UNQUOTED = /("document_id":[ \t]*)(?![\s"\d[{]|null)([^\r\n]+)/g;
/** An escape as JSON has it, or `\x0B`, which Telegram writes for control characters. */
const ESCAPE = /\\(?:x([0-9A-Fa-f]{2})|[\s\S])/g;

function parsed(json: string, parse: (text: string) => JsonValue): JsonValue | undefined {
  try {
    return parse(json);
  } catch {
    try {
      const quoted = json.replaceAll(UNQUOTED, (_all, before: string, path: string) => {
        const [, value = "", comma = ""] = /^(.*?)(,?)\s*$/.exec(path) ?? [];
        return before + JSON.stringify(value) + comma;
      });
      return parse(quoted.replaceAll(ESCAPE, (all, hex: string | undefined) => (hex ? `\\u00${hex}` : all)));
    } catch {
      return undefined;
    }
  }
}

function plainJson(text: string): JsonValue {
  return JSON.parse(text) as JsonValue;
}
