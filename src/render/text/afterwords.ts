import { randomBytes } from "node:crypto";
import { open, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "../../matrix/json.ts";

/** What came after a message and belongs to it. */
export type Afterword =
  { kind: "edit"; id: string; ts: number; content: JsonObject } | { kind: "reaction"; key: string; name: string };

const NONE = -1;
const PIECE = 256 * 1024;

/** Edits and reactions, by the place of their message in the timeline: on disk, with some numbers of each in memory. */
export class Afterwords {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #last = new Map<number, number>();
  readonly #before: number[] = [];
  readonly #starts: number[] = [0];
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #flushed = 0;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  static async open(folder: string): Promise<Afterwords> {
    const path = join(folder, `afterwords-${randomBytes(4).toString("hex")}`);
    return new Afterwords(path, await open(path, "wx+", 0o600));
  }

  /** `place`: of the message */
  async add(place: number, afterword: Afterword): Promise<void> {
    const bytes = Buffer.from(JSON.stringify(afterword));
    this.#before.push(this.#last.get(place) ?? NONE);
    this.#last.set(place, this.#before.length - 1);
    this.#starts.push((this.#starts.at(-1) ?? 0) + bytes.length);
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= PIECE) await this.#flush();
  }

  /** In the order of the timeline. */
  async of(place: number): Promise<Afterword[]> {
    await this.#flush();
    const found: Afterword[] = [];
    for (let at = this.#last.get(place) ?? NONE; at !== NONE; at = this.#before[at] ?? NONE) {
      const [start = 0, end = 0] = [this.#starts[at], this.#starts[at + 1]];
      const bytes = Buffer.alloc(end - start);
      await this.#file.read(bytes, 0, bytes.length, start);
      found.push(JSON.parse(bytes.toString()) as Afterword);
    }
    return found.reverse();
  }

  /** Gives the disk space back. */
  async dispose(): Promise<void> {
    await this.#file.close();
    await rm(this.#path, { force: true });
  }

  async #flush(): Promise<void> {
    if (this.#waitingBytes === 0) return;
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (let written = 0; written < bytes.length;) {
      const { bytesWritten } = await this.#file.write(bytes, written, bytes.length - written, this.#flushed);
      written += bytesWritten;
      this.#flushed += bytesWritten;
    }
  }
}
