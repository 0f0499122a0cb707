import { randomBytes } from "node:crypto";
import { open, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";

/** A run of lines in the spool. */
export interface SpooledLines {
  position: number;
  length: number;
}

/** Lines of events on disk, taken newest first and read oldest first. */
export class EventSpool {
  readonly #path: string;
  readonly #file: FileHandle;
  #end = 0;
  /** lines that are not in the file yet, at its end */
  #held = Buffer.allocUnsafe(64 * 1024);
  /** where they begin */
  #start = this.#held.length;
  /** used again and again: a room's worth of pages would otherwise wait for the garbage collector */
  #buffer = Buffer.allocUnsafe(0);

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** In a file of its own in that folder. */
  static async open(folder: string): Promise<EventSpool> {
    const path = join(folder, `events-${randomBytes(4).toString("hex")}`);
    return new EventSpool(path, await open(path, "wx+", 0o600));
  }

  /** Takes a newline-terminated line, older than those that it has taken before. */
  add(line: string): void {
    const length = Buffer.byteLength(line);
    if (length > this.#start) this.#enlarge(length);
    this.#start -= length;
    this.#held.write(line, this.#start);
  }

  /** Writes into the file what was taken since it was asked last; undefined: nothing was. */
  async flush(): Promise<SpooledLines | undefined> {
    const bytes = this.#held.subarray(this.#start);
    this.#start = this.#held.length;
    if (bytes.length === 0) return undefined;
    const { length } = bytes;
    const position = this.#end;
    this.#end += length;
    for (let written = 0; written < length;) {
      const { bytesWritten } = await this.#file.write(bytes, written, length - written, position + written);
      written += bytesWritten;
    }
    return { position, length };
  }

  #enlarge(by: number): void {
    const held = this.#held.subarray(this.#start);
    const larger = Buffer.allocUnsafe(2 * (held.length + by));
    this.#start = larger.length - held.length;
    held.copy(larger, this.#start);
    this.#held = larger;
  }

  /** Each run in one piece, in the order given. A piece is good until the next one is asked for. */
  async *read(runs: Iterable<SpooledLines>): AsyncGenerator<Buffer, void, undefined> {
    for (const { position, length } of runs) {
      const bytes = this.#room(length);
      for (let read = 0; read < length;) {
        const { bytesRead } = await this.#file.read(bytes, read, length - read, position + read);
        if (bytesRead === 0) throw new Error("the spool is shorter than what was written into it");
        read += bytesRead;
      }
      yield bytes;
    }
  }

  #room(length: number): Buffer {
    if (this.#buffer.length < length) this.#buffer = Buffer.allocUnsafe(length);
    return this.#buffer.subarray(0, length);
  }

  /** Gives the disk space back. */
  async dispose(): Promise<void> {
    await this.#file.close();
    await rm(this.#path, { force: true });
  }
}
