import { isUtf8 } from "node:buffer";
import type { JsonValue } from "../../matrix/json.ts";

const NEWLINE = 0x0a;
/**
 * Longest line that is read, bytes. Mattermost writes a whole thread, and all memberships of a user, into one: a thread of ten
 * thousand replies is some 5 MB.
 */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** A line of a JSON Lines file. */
export interface JsonLine {
  /** counted from 1 */
  number: number;
  /** undefined where it is no JSON, or too long */
  value: JsonValue | undefined;
  tooLong: boolean;
}

/**
 * The lines of a JSON Lines file that are not empty, one at a time. `wanted`: which are worth parsing, where many are not; all
 * others are passed over, but too long ones.
 */
export async function* jsonLines(
  bytes: AsyncIterable<Buffer>,
  wanted: (line: Buffer, number: number) => boolean = () => true,
): AsyncGenerator<JsonLine, void, undefined> {
  let number = 0;
  for await (const line of lines(bytes)) {
    number++;
    if (line === undefined) yield { number, value: undefined, tooLong: true };
    else if (line.some((byte) => byte > 0x20) && wanted(line, number))
      yield { number, value: parsed(line), tooLong: false };
  }
}

/** Undefined for a line that is too long. */
async function* lines(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer | undefined, void, undefined> {
  let parts: Buffer[] = [];
  let length = 0;
  const take = (part: Buffer): void => {
    length += part.length;
    if (length > MAX_LINE_BYTES) parts = [];
    else parts.push(part);
  };
  const taken = (): Buffer | undefined => {
    const line = length > MAX_LINE_BYTES ? undefined : parts.length === 1 ? parts[0] : Buffer.concat(parts);
    parts = [];
    length = 0;
    return line;
  };
  for await (const chunk of bytes) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      take(chunk.subarray(from, at));
      yield taken();
      from = at + 1;
    }
    take(chunk.subarray(from));
  }
  yield taken();
}

function parsed(line: Buffer): JsonValue | undefined {
  if (!isUtf8(line)) return undefined;
  try {
    return JSON.parse(line.toString()) as JsonValue;
  } catch {
    return undefined;
  }
}
