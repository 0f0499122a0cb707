/** Version 3, then the protocol buffer's field 1 as a varint of at most five bytes (olm specification, "Megolm", message format). */
const HEAD_CHARACTERS = 12;
const [VERSION, INDEX_FIELD] = [3, 0x08];

/** Which message of its session a megolm ciphertext (base64) is, from 0 on; undefined where it is no megolm message. */
export function messageIndex(ciphertext: string): number | undefined {
  const [version, field, ...varint] = Buffer.from(ciphertext.slice(0, HEAD_CHARACTERS), "base64");
  if (version !== VERSION || field !== INDEX_FIELD) return undefined;
  let index = 0;
  for (const [place, byte] of varint.slice(0, 5).entries()) {
    index += (byte & 0x7f) * 2 ** (7 * place);
    if (byte < 0x80) return index < 2 ** 32 ? index : undefined;
  }
  return undefined;
}
