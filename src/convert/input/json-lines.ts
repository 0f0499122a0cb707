import { isUtf8 } from "node:buffer";
import { MAX_ELEMENT_BYTES } from "../../bundle/limits.ts";
import type { JsonValue } from "../../matrix/json.ts";
import { ConvertError } from "../convert-error.ts";

const NEWLINE = 0x0a;

/** The values of a JSON Lines file, one at a time; undefined for a line that is no JSON. @throws ConvertError export_malformed */
export async function* jsonLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<JsonValue | undefined, void, undefined> {
  for await (const line of lines(bytes)) if (line.some((byte) => byte > 0x20)) yield parsed(line);
}

async function* lines(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      yield Buffer.concat([...parts, chunk.subarray(from, at)]);
      parts = [];
      length = 0;
      from = at + 1;
    }
    parts.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > MAX_ELEMENT_BYTES) throw new ConvertError("export_malformed");
  }
  yield Buffer.concat(parts);
}

function parsed(line: Buffer): JsonValue | undefined {
  if (!isUtf8(line)) return undefined;
  try {
    return JSON.parse(line.toString()) as JsonValue;
  } catch {
    return undefined;
  }
}
