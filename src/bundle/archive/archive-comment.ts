/** The length of its comment, 0, ends an archive that has none (PKWARE APPNOTE, 4.3.16). */
const LENGTH_BYTES = 2;

/** Ends an archive that has no comment with one that is known only when all else has been written. At most 65,535 bytes. */
export async function* withComment(
  archive: AsyncIterable<Buffer>,
  comment: () => Buffer,
): AsyncGenerator<Buffer, void, undefined> {
  let end = Buffer.alloc(0);
  for await (const chunk of archive) {
    const bytes = Buffer.concat([end, chunk]);
    const whole = Math.max(0, bytes.length - LENGTH_BYTES);
    if (whole > 0) yield bytes.subarray(0, whole);
    end = bytes.subarray(whole);
  }
  const text = comment();
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt16LE(text.length);
  yield Buffer.concat([length, text]);
}
