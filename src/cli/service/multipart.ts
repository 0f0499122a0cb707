import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";

/** A form with one file (RFC 7578), to be streamed: its length is known before its bytes are read. */
export interface MultipartForm {
  contentType: string;
  length: number;
  body(): AsyncGenerator<Buffer>;
}

/**
 * @param file opened when the body is read; gives exactly `size` bytes
 * @param sent called with the number of the file's bytes that went out so far
 */
export function bundleForm(
  fields: ReadonlyMap<string, string>,
  file: { size: number; open(): Readable },
  sent: (bytes: number) => void,
): MultipartForm {
  const boundary = `roomporter-${randomBytes(16).toString("hex")}`;
  const part = (name: string, rest: string): string =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${rest}\r\n\r\n`;
  let text = "";
  for (const [name, value] of fields) text += `${part(name, "")}${value}\r\n`;
  const head = Buffer.from(text + part("bundle", '; filename="bundle.zip"\r\nContent-Type: application/zip'));
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    length: head.length + file.size + tail.length,
    async *body() {
      yield head;
      let count = 0;
      for await (const chunk of file.open() as AsyncIterable<Buffer>) {
        yield chunk;
        count += chunk.length;
        sent(count);
      }
      yield tail;
    },
  };
}
