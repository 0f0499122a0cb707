/** As much of Node's Buffer as the bundle reader of src/ uses; the build puts it in the place of Node's. */
class BrowserBuffer extends Uint8Array<ArrayBuffer> {
  static concat(parts: readonly Uint8Array[]): BrowserBuffer {
    const whole = new BrowserBuffer(new ArrayBuffer(parts.reduce((sum, { length }) => sum + length, 0)));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  override toString(): string {
    return DECODER.decode(this);
  }
}
export { BrowserBuffer as Buffer };

const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Are these bytes well-formed UTF-8? @public imported as `node:buffer` */
export function isUtf8(bytes: Uint8Array<ArrayBuffer>): boolean {
  try {
    DECODER.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** The same bytes, as the reader takes them. */
export function asBuffer(bytes: Uint8Array<ArrayBuffer>): Buffer {
  // it has what the reader uses of Node's class, which is the type that the reader's code names
  return new BrowserBuffer(bytes.buffer, bytes.byteOffset, bytes.byteLength) as unknown as Buffer;
}
