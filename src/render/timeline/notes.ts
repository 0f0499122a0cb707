import { parseJson, type JsonValue } from "../../matrix/json.ts";

const HEADER = 4;
const FLUSH_BYTES = 1024 * 1024;
const READ_BYTES = 64 * 1024;
/** So many bytes a character of a text may take, as JavaScript counts them. */
const UTF8_BYTES = 3;

/** Where notes lie: a file on disk, or what a browser has for one. */
export interface NotesFile {
  append(bytes: Buffer): Promise<void>;
  /** As many of these bytes as there are, at most `length`. */
  read(position: number, length: number): Promise<Buffer<ArrayBuffer>>;
  close(): Promise<void>;
}

/** JSON values in a file, written one after the other and then read by place. */
export class Notes {
  readonly #file: NotesFile;
  /** what was added since the last flush */
  #waiting = Buffer.alloc(READ_BYTES);
  #waitingBytes = 0;
  /** where those begin */
  #flushed = 0;
  /** what was last read: notes that are read together mostly lie together */
  #window = Buffer.alloc(0);
  #windowAt = 0;

  /** `file`: a new one */
  constructor(file: NotesFile) {
    this.#file = file;
  }

  /** Gives the place of the note. */
  add(value: JsonValue): number {
    const place = this.#flushed + this.#waitingBytes;
    const text = JSON.stringify(value);
    this.#makeRoom(HEADER + UTF8_BYTES * text.length);
    const length = this.#waiting.write(text, this.#waitingBytes + HEADER);
    this.#waiting.writeUInt32LE(length, this.#waitingBytes);
    this.#waitingBytes += HEADER + length;
    return place;
  }

  /** Much has been added: it should be flushed before there is more. */
  get isFull(): boolean {
    return this.#waitingBytes >= FLUSH_BYTES;
  }

  /** Only what was flushed can be read. */
  async flush(): Promise<void> {
    if (this.#waitingBytes > 0) await this.#file.append(this.#waiting.subarray(0, this.#waitingBytes));
    this.#flushed += this.#waitingBytes;
    this.#waitingBytes = 0;
  }

  async read(place: number): Promise<JsonValue> {
    const header = this.#seen(place, HEADER) ?? (await this.#look(place, HEADER));
    const [from, length] = [place + HEADER, header.readUInt32LE()];
    return parseJson((this.#seen(from, length) ?? (await this.#look(from, length))).toString());
  }

  #makeRoom(bytes: number): void {
    const wanted = this.#waitingBytes + bytes;
    if (wanted <= this.#waiting.length) return;
    const larger = Buffer.alloc(Math.max(wanted, 2 * this.#waiting.length));
    larger.set(this.#waiting.subarray(0, this.#waitingBytes));
    this.#waiting = larger;
  }

  /** Of what was last read. */
  #seen(from: number, length: number): Buffer | undefined {
    const at = from - this.#windowAt;
    return at >= 0 && at + length <= this.#window.length ? this.#window.subarray(at, at + length) : undefined;
  }

  async #look(from: number, length: number): Promise<Buffer> {
    const wanted = Math.min(Math.max(length, READ_BYTES), this.#flushed - from);
    const window = await this.#file.read(from, wanted);
    if (window.length < wanted) throw new Error("the notes are shorter than what was written");
    this.#window = window;
    this.#windowAt = from;
    return window.subarray(0, length);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
