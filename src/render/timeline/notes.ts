import { parseJson, type JsonValue } from "../../matrix/json.ts";

const HEADER = 4;
const FLUSH_BYTES = 1024 * 1024;
const READ_BYTES = 64 * 1024;

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
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #end = 0;
  /** what was last read: notes that are read together mostly lie together */
  #window = Buffer.alloc(0);
  #windowAt = 0;

  /** `file`: a new one */
  constructor(file: NotesFile) {
    this.#file = file;
  }

  /** Gives the place of the note. */
  async add(value: JsonValue): Promise<number> {
    const place = this.#end;
    const bytes = Buffer.from(JSON.stringify(value));
    const header = Buffer.alloc(HEADER);
    header.writeUInt32LE(bytes.length);
    this.#waiting.push(header, bytes);
    this.#waitingBytes += HEADER + bytes.length;
    this.#end += HEADER + bytes.length;
    if (this.#waitingBytes >= FLUSH_BYTES) await this.flush();
    return place;
  }

  /** Call it before the first note is read. */
  async flush(): Promise<void> {
    const bytes = Buffer.concat(this.#waiting);
    await this.#file.append(bytes);
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  async read(place: number): Promise<JsonValue> {
    const length = (await this.#bytes(place, HEADER)).readUInt32LE();
    return parseJson((await this.#bytes(place + HEADER, length)).toString());
  }

  async #bytes(from: number, length: number): Promise<Buffer> {
    const to = from + length;
    if (from < this.#windowAt || to > this.#windowAt + this.#window.length) {
      const wanted = Math.min(Math.max(length, READ_BYTES), this.#end - from);
      const window = await this.#file.read(from, wanted);
      if (window.length < wanted) throw new Error("the notes are shorter than what was written");
      this.#window = window;
      this.#windowAt = from;
    }
    return this.#window.subarray(from - this.#windowAt, to - this.#windowAt);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
