const ENCODER = new TextEncoder();
const BLOB_BYTES = 1024 * 1024;

/** Texts by number, 0, 1, 2 …: in blobs, which the browser keeps outside of the memory of scripts. */
export class TextStore {
  readonly #blobs: Blob[] = [];
  readonly #places: { blob: number; from: number; to: number }[] = [];
  #waiting: Uint8Array<ArrayBuffer>[] = [];
  #waitingBytes = 0;

  get length(): number {
    return this.#places.length;
  }

  add(text: string): void {
    const bytes = ENCODER.encode(text);
    this.#places.push({
      blob: this.#blobs.length,
      from: this.#waitingBytes,
      to: this.#waitingBytes + bytes.length,
    });
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes < BLOB_BYTES) return;
    this.#blobs.push(new Blob(this.#waiting));
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  /** undefined where there is none of that number */
  async get(number: number): Promise<string | undefined> {
    const place = this.#places[number];
    if (!place) return undefined;
    const blob = this.#blobs[place.blob] ?? new Blob(this.#waiting);
    return await blob.slice(place.from, place.to).text();
  }
}
