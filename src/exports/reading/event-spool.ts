import { randomBytes } from "node:crypto";
import { mkdir, open, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { packed } from "../../bundle/archive/deflate.ts";
import { markPacked } from "../../bundle/archive/packed.ts";
import { writeAt } from "../../bundle/archive/write-at.ts";
import { joinedLines } from "../../bundle/manifest/manifest-lines.ts";

/** A run of lines in the spool. */
export interface SpooledLines {
  position: number;
  length: number;
  /** what it packs to behind another line of a manifest, where that was begun ahead; undefined: it is packed in its turn */
  packed?: Promise<Buffer | undefined>;
}

/** A shorter run is packed in its turn: each one packed ahead costs some bytes. */
const PACKED_FROM = 64 * 1024;
/** Of so many bytes the packed form is kept in memory, where it takes a fifth of that. */
const PACKED_IN_ALL = 16 * 1024 * 1024;

/** Up to so many bytes stay in memory: a small room has no file. */
const IN_MEMORY = 256 * 1024;

/** Lines of events, taken newest first and read oldest first; on disk where they are many. */
export class EventSpool {
  readonly #folder: string;
  readonly #path: string;
  #file: FileHandle | undefined;
  #end = 0;
  /** lines that are not in the file yet, at its end */
  #held = Buffer.allocUnsafe(64 * 1024);
  /** where they begin */
  #start = this.#held.length;
  /** those of them that are in runs: where each begins, counted from the end of `#held` */
  #runs: (SpooledLines & { fromEnd: number })[] = [];
  /** used again and again: a room's worth of pages would otherwise wait for the garbage collector */
  #buffer = Buffer.allocUnsafe(0);

  /** `folder`: for a file of its own; made where it is not there. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#path = join(folder, `events-${randomBytes(4).toString("hex")}`);
  }

  /** Takes a newline-terminated line, older than those that it has taken before. */
  add(line: string): void {
    const length = Buffer.byteLength(line);
    if (length > this.#start) this.#enlarge(length);
    this.#start -= length;
    this.#held.write(line, this.#start);
  }

  /** What was taken since it was asked last, as one run; undefined: nothing was. */
  async flush(): Promise<SpooledLines | undefined> {
    const fromEnd = this.#held.length - this.#start;
    const length = fromEnd - (this.#runs.at(-1)?.fromEnd ?? 0);
    if (length === 0) return undefined;
    const run: SpooledLines = { position: this.#end, length };
    this.#end += length;
    if (length >= PACKED_FROM && this.#end <= PACKED_IN_ALL) {
      const bytes = this.#inMemory({ fromEnd, length });
      // meanwhile the next page is on its way
      run.packed = packed(joinedLines(bytes, true)).catch(() => undefined);
    }
    this.#runs.push({ ...run, fromEnd });
    if (fromEnd > IN_MEMORY) await this.#toFile();
    return run;
  }

  async #toFile(): Promise<void> {
    this.#file ??= await this.#open();
    for (const run of this.#runs) {
      await writeAt(this.#file, [this.#inMemory(run)], run.position);
    }
    this.#runs = [];
    this.#start = this.#held.length;
  }

  async #open(): Promise<FileHandle> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    return await open(this.#path, "wx+", 0o600);
  }

  #inMemory({ fromEnd, length }: { fromEnd: number; length: number }): Buffer {
    const from = this.#held.length - fromEnd;
    return this.#held.subarray(from, from + length);
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
    const held = new Map(this.#runs.map((run) => [run.position, run]));
    for (const { position, length, packed: ahead } of runs) {
      const known = await ahead;
      const run = held.get(position);
      if (run) {
        yield marked(this.#inMemory(run), known);
        continue;
      }
      const bytes = this.#room(length);
      for (let read = 0; read < length;) {
        const bytesRead = (await this.#file?.read(bytes, read, length - read, position + read))?.bytesRead ?? 0;
        if (bytesRead === 0) throw new Error("the spool is shorter than what was written into it");
        read += bytesRead;
      }
      yield marked(bytes, known);
    }
  }

  #room(length: number): Buffer {
    if (this.#buffer.length < length) this.#buffer = Buffer.allocUnsafe(length);
    return this.#buffer.subarray(0, length);
  }

  /** Gives the disk space back. */
  async dispose(): Promise<void> {
    await this.#file?.close();
    if (this.#file) await rm(this.#path, { force: true });
  }
}

function marked(bytes: Buffer, known: Buffer | undefined): Buffer {
  if (known) markPacked(bytes, known);
  return bytes;
}
