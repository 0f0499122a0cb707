const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Is this text base64, padded or not (Matrix specification, appendices, "Unpadded base64")? */
export function isBase64(text: string): boolean {
  return BASE64.test(text) && unpadded(text).length % 4 !== 1;
}

/** The bytes of a base64 text, padded or not, where there are exactly `length` of them. */
export function base64Bytes(text: string | undefined, length: number): Buffer | undefined {
  if (text === undefined || text.length > length * 2 || !isBase64(text)) return undefined;
  const bytes = Buffer.from(text, "base64");
  return bytes.length === length ? bytes : undefined;
}

/** Unpadded base64. */
export function toBase64(bytes: Buffer): string {
  return unpadded(bytes.toString("base64"));
}

export function unpadded(text: string): string {
  return text.replace(/={1,2}$/, "");
}
