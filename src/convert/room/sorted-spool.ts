import { randomBytes } from "node:crypto";
import { open, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { writeAt } from "../../bundle/archive/write-at.ts";
import { MAX_MANIFEST_BYTES } from "../../bundle/limits.ts";
import { ConvertError } from "../convert-error.ts";

const PIECE = 1024 * 1024;

/** Asked before so many more bytes are written to disk; what it rejects with ends the writing. */
export type TakeSpace = (bytes: number) => Promise<void>;

/** Lines on disk, added in any order and read in the order of their times; in memory are 28 bytes of each. */
export class SortedSpool {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #takeSpace: TakeSpace | undefined;
  #waiting = Buffer.allocUnsafeSlow(PIECE);
  #waitingBytes = 0;
  #bytes = 0;
  #size = 0;
  #times = new Float64Array(1024);
  #ties = new Float64Array(1024);
  #positions = new Float64Array(1024);
  #lengths = new Uint32Array(1024);

  private constructor(path: string, file: FileHandle, takeSpace: TakeSpace | undefined) {
    this.#path = path;
    this.#file = file;
    this.#takeSpace = takeSpace;
  }

  /** of all lines */
  get bytes(): number {
    return this.#bytes;
  }

  /** In a file of its own in that folder. */
  static async open(folder: string, takeSpace?: TakeSpace): Promise<SortedSpool> {
    const path = join(folder, `events-${randomBytes(4).toString("hex")}`);
    return new SortedSpool(path, await open(path, "wx+", 0o600), takeSpace);
  }

  /** Of lines with the same time the one with the smaller tie comes first, then the one that was added first. @throws ConvertError export_too_large */
  async add(time: number, line: string, tie = 0): Promise<void> {
    const length = Buffer.byteLength(line);
    if (this.#waitingBytes + length > this.#waiting.length) await this.#flush();
    this.#take(time, line, tie, length);
  }

  /** The same where there is room for the line without a wait; gives false where there is none. @throws ConvertError export_too_large */
  addNow(time: number, line: string, tie = 0): boolean {
    const length = Buffer.byteLength(line);
    if (this.#waitingBytes + length > this.#waiting.length) return false;
    this.#take(time, line, tie, length);
    return true;
  }

  #take(time: number, line: string, tie: number, length: number): void {
    if (length > this.#waiting.length) this.#waiting = Buffer.allocUnsafeSlow(length);
    this.#waiting.write(line, this.#waitingBytes);
    if (this.#size === this.#times.length) this.#grow();
    this.#times[this.#size] = time;
    this.#ties[this.#size] = tie;
    this.#positions[this.#size] = this.#bytes;
    this.#lengths[this.#size] = length;
    this.#size++;
    this.#bytes += length;
    this.#waitingBytes += length;
    if (this.#bytes > MAX_MANIFEST_BYTES) throw new ConvertError("export_too_large");
  }

  async *read(): AsyncGenerator<Buffer, void, undefined> {
    await this.#flush();
    const order = Uint32Array.from({ length: this.#size }, (_, index) => index);
    const time = (index: number): number => this.#times[index] as number;
    const tie = (index: number): number => this.#ties[index] as number;
    order.sort((a, b) => time(a) - time(b) || tie(a) - tie(b) || a - b);
    let [from, to] = [0, 0];
    for (const index of order) {
      const position = this.#positions[index] as number;
      const length = this.#lengths[index] as number;
      if (position !== to || to - from >= PIECE) {
        yield await this.#piece(from, to);
        from = position;
      }
      to = position + length;
    }
    yield await this.#piece(from, to);
  }

  /** Gives the disk space back. */
  async dispose(): Promise<void> {
    await this.#file.close();
    await rm(this.#path, { force: true });
  }

  async #piece(from: number, to: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(to - from);
    for (let read = 0; read < bytes.length;) {
      const { bytesRead } = await this.#file.read(bytes, read, bytes.length - read, from + read);
      if (bytesRead === 0) throw new Error("the spool is shorter than what was written into it");
      read += bytesRead;
    }
    return bytes;
  }

  async #flush(): Promise<void> {
    const bytes = this.#waiting.subarray(0, this.#waitingBytes);
    this.#waitingBytes = 0;
    await this.#takeSpace?.(bytes.length);
    await writeAt(this.#file, [bytes], this.#bytes - bytes.length);
  }

  #grow(): void {
    const double = <T extends Float64Array | Uint32Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    const length = 2 * this.#times.length;
    this.#times = double(this.#times, new Float64Array(length));
    this.#ties = double(this.#ties, new Float64Array(length));
    this.#positions = double(this.#positions, new Float64Array(length));
    this.#lengths = double(this.#lengths, new Uint32Array(length));
  }
}
