import { isBase64 } from "../base64.ts";
import { KeyError } from "../key-error.ts";

const BEGIN = "-----BEGIN MEGOLM SESSION DATA-----";
const END = "-----END MEGOLM SESSION DATA-----";

/**
 * The bytes between the first and the last line of a key export. Programs write them wrapped or in one line, padded or not, with or
 * without a final newline; mail, notes and editors add line ends of their own, a byte order mark, and text around.
 * @throws KeyError
 */
export function unarmored(file: Uint8Array): Buffer<ArrayBuffer> {
  const text = decoded(file);
  const begin = text.indexOf(BEGIN);
  if (begin < 0) throw new KeyError("key_file_unknown");
  const from = begin + BEGIN.length;
  const to = text.indexOf(END, from);
  if (to < 0) throw new KeyError("key_file_cut");
  if (text.includes(BEGIN, from)) throw new KeyError("key_file_several");
  const base64 = text.slice(from, to).replaceAll(/\s+/g, "");
  if (!isBase64(base64)) throw new KeyError("key_file_base64", damagedLine(text, from, to));
  return Buffer.from(base64, "base64");
}

/** Windows' editors save as UTF-16 with a byte order mark; of all other encodings only ASCII matters here. */
function decoded(file: Uint8Array): string {
  const [first, second] = file;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(file);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(file);
  return new TextDecoder("latin1").decode(file);
}

/** The first line that holds something else than base64, where it is one line that is wrong. */
function damagedLine(text: string, from: number, to: number): string | undefined {
  const before = text.slice(0, from).split("\n").length;
  const wrong = text
    .slice(from, to)
    .split("\n")
    .findIndex((line) => !/^[A-Za-z0-9+/]*={0,2}$/.test(line.trim()));
  return wrong < 0 ? undefined : `(line ${before + wrong})`;
}
