import { createHash, randomBytes } from "node:crypto";
import { open, rename, type FileHandle } from "node:fs/promises";
import { writeAt } from "../../bundle/archive/write-at.ts";

/** Before each record stand its length in bytes (big endian) and its SHA-256. */
const LENGTH_BYTES = 4;
const HEAD_BYTES = LENGTH_BYTES + 32;

/**
 * Texts on disk, one after the other, for a later process to read. Nothing is flushed: what a dead process or a power cut has left
 * half-written is recognised by its hash, and ends what is read.
 */
export class RecordFile {
  readonly #file: FileHandle;
  #end = 0;
  #writing: Promise<unknown> = Promise.resolve();
  /** used again and again: a room's worth of pages would otherwise wait for the garbage collector */
  #buffer = Buffer.allocUnsafe(0);

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /**
   * Goes on with the file at `path`, or begins it. The whole records are moved into a new file of that name: a process that was
   * taken for dead and still writes does so into the old one, which is nobody's any more.
   */
  static async takeOver(path: string): Promise<RecordFile> {
    const fresh = `${path}.${randomBytes(4).toString("hex")}`;
    const records = new RecordFile(await open(fresh, "wx+", 0o600));
    try {
      const earlier = await openIfThere(path);
      if (earlier) {
        try {
          for await (const bytes of wholeRecords(earlier))
            await records.#append(bytes.length, (into) => bytes.copy(into));
        } finally {
          await earlier.close();
        }
      }
      await rename(fresh, path);
    } catch (error) {
      await records.close();
      throw error;
    }
    return records;
  }

  /** All records, oldest first. */
  async *read(): AsyncGenerator<string, void, undefined> {
    for await (const bytes of wholeRecords(this.#file)) yield bytes.toString("utf8");
  }

  /** Calls side by side are written one after the other. */
  async append(text: string): Promise<void> {
    const turn = this.#writing.then(() => this.#append(Buffer.byteLength(text), (into) => into.write(text)));
    this.#writing = turn.catch(() => undefined);
    await turn;
  }

  /** Forgets all records. */
  async clear(): Promise<void> {
    await this.#file.truncate(0);
    this.#end = 0;
  }

  /** Lets what is being written finish. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  async #append(length: number, fill: (into: Buffer) => void): Promise<void> {
    const whole = HEAD_BYTES + length;
    if (this.#buffer.length < whole) this.#buffer = Buffer.allocUnsafe(whole);
    const record = this.#buffer.subarray(0, whole);
    const body = record.subarray(HEAD_BYTES);
    fill(body);
    record.writeUInt32BE(length);
    sha256(body).copy(record, LENGTH_BYTES);
    await writeAt(this.#file, [record], this.#end);
    this.#end += whole;
  }
}

/** The records up to the first that is not whole. */
async function* wholeRecords(file: FileHandle): AsyncGenerator<Buffer, void, undefined> {
  const { size } = await file.stat();
  for (let position = 0; position + HEAD_BYTES <= size;) {
    const head = await readAll(file, HEAD_BYTES, position);
    position += HEAD_BYTES;
    const length = head?.readUInt32BE() ?? Infinity;
    if (position + length > size) return;
    const bytes = await readAll(file, length, position);
    if (!bytes || !head?.subarray(LENGTH_BYTES).equals(sha256(bytes))) return;
    yield bytes;
    position += length;
  }
}

function sha256(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}

/** undefined where the file ends before. */
async function readAll(file: FileHandle, length: number, position: number): Promise<Buffer | undefined> {
  const bytes = Buffer.allocUnsafe(length);
  for (let read = 0; read < length;) {
    const { bytesRead } = await file.read(bytes, read, length - read, position + read);
    if (bytesRead === 0) return undefined;
    read += bytesRead;
  }
  return bytes;
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
