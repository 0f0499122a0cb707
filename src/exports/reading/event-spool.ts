import { randomBytes } from "node:crypto";
import { open, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";

/** A run of lines in the spool. */
export interface SpooledLines {
  position: number;
  length: number;
}

/** Lines of events on disk, written newest first and read oldest first. */
export class EventSpool {
  readonly #path: string;
  readonly #file: FileHandle;
  #end = 0;
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

  /** Takes newline-terminated lines, oldest first. */
  async append(lines: string): Promise<SpooledLines> {
    const position = this.#end;
    const length = Buffer.byteLength(lines);
    const bytes = this.#room(length);
    bytes.write(lines);
    this.#end += length;
    for (let written = 0; written < length;) {
      const { bytesWritten } = await this.#file.write(bytes, written, length - written, position + written);
      written += bytesWritten;
    }
    return { position, length };
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
