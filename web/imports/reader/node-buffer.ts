/** As much of Node's Buffer as what reads bundles in src/ uses; the build puts it in the place of Node's. */
class BrowserBuffer extends Uint8Array<ArrayBuffer> {
  static alloc(length: number): BrowserBuffer {
    return new BrowserBuffer(new ArrayBuffer(length));
  }

  static allocUnsafe(length: number): BrowserBuffer {
    return BrowserBuffer.alloc(length);
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

  /** The bytes of a text, or a copy of bytes. */
  static override from(value: unknown, encoding: unknown = "utf8"): BrowserBuffer {
    if (value instanceof Uint8Array) return BrowserBuffer.concat([value]);
    if (typeof value !== "string") throw new TypeError("only a text, or bytes");
    if (encoding === "base64") return ofBinary(atob(plainBase64(value)));
    if (encoding === "latin1") return ofBinary(value);
    if (encoding !== "utf8") throw new TypeError(`${String(encoding)} is not an encoding that the page knows`);
    const bytes = ENCODER.encode(value);
    return new BrowserBuffer(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  readUInt32LE(at = 0): number {
    return this.#view.getUint32(at, true);
  }

  readUInt32BE(at = 0): number {
    return this.#view.getUint32(at, false);
  }

  writeUInt16LE(value: number, at = 0): void {
    this.#view.setUint16(at, value, true);
  }

  writeUInt32LE(value: number, at = 0): void {
    this.#view.setUint32(at, value, true);
  }

  writeBigUInt64LE(value: bigint, at = 0): void {
    this.#view.setBigUint64(at, value, true);
  }

  /** Gives the number of bytes written. `at`: an encoding in its place is of no matter, for only ASCII is written so. */
  write(text: string, at: number | string = 0): number {
    return ENCODER.encodeInto(text, this.subarray(typeof at === "number" ? at : 0)).written;
  }

  /** Gives the number of bytes copied. */
  copy(target: Uint8Array, to = 0, from = 0, end = this.length): number {
    const part = this.subarray(from, Math.min(end, from + target.length - to));
    target.set(part, to);
    return part.length;
  }

  equals(other: Uint8Array): boolean {
    return this.length === other.length && this.every((byte, at) => byte === other[at]);
  }

  override toString(encoding: "utf8" | "latin1" | "base64" = "utf8"): string {
    if (encoding === "utf8") return DECODER.decode(this);
    const binary = Array.from(this, (byte) => String.fromCharCode(byte)).join("");
    return encoding === "base64" ? btoa(binary) : binary;
  }

  get #view(): DataView {
    return new DataView(this.buffer, this.byteOffset, this.byteLength);
  }
}
export { BrowserBuffer as Buffer };

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });
const STRICT_DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Node also takes base64url, and what is not base64 it passes over. */
function plainBase64(text: string): string {
  const letters =
    text
      .split("=", 1)[0]
      ?.replaceAll("-", "+")
      .replaceAll("_", "/")
      .replaceAll(/[^A-Za-z0-9+/]/g, "") ?? "";
  return letters.length % 4 === 1 ? letters.slice(0, -1) : letters;
}

/** A byte for each letter. */
function ofBinary(text: string): BrowserBuffer {
  const bytes = BrowserBuffer.alloc(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

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
