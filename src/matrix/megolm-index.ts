const VERSION = 3;
/** Tag of the field that holds the index, a variable-length integer. */
const INDEX_FIELD = 0x08;
/** Enough for the version, the tag and the longest index of 32 bits. */
const HEAD = /^[A-Za-z0-9+/]{8,12}/;

/**
 * The place of a message in its megolm session, which its ciphertext (base64) begins with: it is not encrypted. undefined where it is
 * no megolm message. See the Olm specification, "Megolm message format".
 */
export function megolmIndex(ciphertext: string): number | undefined {
  const head = HEAD.exec(ciphertext)?.[0];
  if (head === undefined) return undefined;
  const text = atob(head.slice(0, head.length - (head.length % 4)));
  const byte = (at: number): number => text.charCodeAt(at);
  if (byte(0) !== VERSION || byte(1) !== INDEX_FIELD) return undefined;
  let index = 0;
  for (let at = 2; at < text.length; at++) {
    index += (byte(at) & 0x7f) * 2 ** (7 * (at - 2));
    if (byte(at) < 0x80) return index < 2 ** 32 ? index : undefined;
  }
  return undefined;
}
