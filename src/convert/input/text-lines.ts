import { isUtf8 } from "node:buffer";

const NEWLINE = 0x0a;
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** The lines of a text file, without their ends. What is no UTF-8 is read as Windows-1252, which holds Latin-1: line by line. */
export async function* textLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<string, void, undefined> {
  const western = new TextDecoder("windows-1252");
  const text = (line: Buffer): string => (isUtf8(line) ? line.toString() : western.decode(line)).replace(/\r$/, "");
  let rest: Buffer = Buffer.alloc(0);
  let isFirst = true;
  for await (const chunk of bytes) {
    const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let at = all.indexOf(NEWLINE); at >= 0; at = all.indexOf(NEWLINE, from)) {
      const line = text(all.subarray(from, at));
      yield isFirst ? line.replace(/^\uFEFF/, "") : line;
      isFirst = false;
      from = at + 1;
    }
    rest = all.subarray(from);
    // a line without end is no line of a log: it is cut
    if (rest.length > MAX_LINE_BYTES) {
      yield text(rest);
      rest = Buffer.alloc(0);
    }
  }
  if (rest.length > 0) yield isFirst ? text(rest).replace(/^\uFEFF/, "") : text(rest);
}
