/** As much of Node's Buffer as what reads bundles in src/ uses; the build puts it in the place of Node's. */
class BrowserBuffer extends Uint8Array<ArrayBuffer> {
  static alloc(length: number): BrowserBuffer {
    return new BrowserBuffer(new ArrayBuffer(length));
  }

  static byteLength(text: string): number {
    return ENCODER.encode(text).length;
  }

  static concat(parts: readonly Uint8Array[]): BrowserBuffer {
    const whole = BrowserBuffer.alloc(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  /** The bytes of a text in UTF-8. */
  static override from(text: unknown): BrowserBuffer {
    if (typeof text !== "string") throw new TypeError("only a text");
    const bytes = ENCODER.encode(text);
    return new BrowserBuffer(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  readUInt32LE(at = 0): number {
    return this.#view.getUint32(at, true);
  }

  writeUInt32LE(value: number, at = 0): void {
    this.#view.setUint32(at, value, true);
  }

  /** Gives the number of bytes written. */
  write(text: string, at = 0): number {
    return ENCODER.encodeInto(text, this.subarray(at)).written;
  }

  override toString(encoding: "utf8" | "latin1" = "utf8"): string {
    if (encoding === "utf8") return DECODER.decode(this);
    return Array.from(this, (byte) => String.fromCharCode(byte)).join("");
  }

  get #view(): DataView {
    return new DataView(this.buffer, this.byteOffset, this.byteLength);
  }
}
export { BrowserBuffer as Buffer };

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });
const STRICT_DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Are these bytes well-formed UTF-8? @public imported as `node:buffer` */
export function isUtf8(bytes: Uint8Array<ArrayBuffer>): boolean {
  try {
    STRICT_DECODER.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** The same bytes, as the reader takes them. */
export function asBuffer(bytes: Uint8Array<ArrayBuffer>): Buffer<ArrayBuffer> {
  // it has what the reader uses of Node's class, which is the type that the reader's code names
  return new BrowserBuffer(bytes.buffer, bytes.byteOffset, bytes.byteLength) as unknown as Buffer<ArrayBuffer>;
}
