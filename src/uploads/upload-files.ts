import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { DiskSpace } from "../ports/disk-space.ts";
import { linkOrCopy } from "../requests/storage/link-or-copy.ts";

/** A file that comes in pieces, over as many connections and lives of the service as it takes. */
export interface Upload {
  id: string;
  /** a user id, or `admin:NAME` for an admin token */
  owner: string;
  /** bytes of the whole file, as announced */
  size: number;
  /** bytes that are here */
  offset: number;
  /** what the client says of the file: `filename`, for example */
  metadata: Record<string, string | null>;
  /** milliseconds since the epoch */
  createdAt: number;
  /** the same: when something of it came last */
  touchedAt: number;
}

const NOTE = z.object({
  owner: z.string(),
  size: z.int(),
  metadata: z.record(z.string(), z.string().nullable()),
  created_at: z.int(),
});
const ID = /^[0-9a-f]{32}$/;
const NOTE_ENDING = ".json";

/**
 * Uploads as files of one folder: `<id>` holds the bytes, `<id>.json` whose they are. Processes that start or sweep leave them alone.
 * Every method rejects with StorageError where the disk is full, or with what the system says.
 */
export class UploadFiles {
  readonly #folder: string;
  readonly #space: DiskSpace;

  private constructor(folder: string, space: DiskSpace) {
    this.#folder = folder;
    this.#space = space;
  }

  static async open(folder: string, space: DiskSpace): Promise<UploadFiles> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new UploadFiles(folder, space);
  }

  /** `now`: milliseconds since the epoch. */
  async create({ owner, size, metadata }: Pick<Upload, "owner" | "size" | "metadata">, now: number): Promise<Upload> {
    await this.#space.require(size);
    const id = randomBytes(16).toString("hex");
    const file = await open(this.#path(id), "wx", 0o600);
    await file.close();
    const note = this.#path(id) + NOTE_ENDING;
    const unfinished = `${note}.new`;
    const handle = await open(unfinished, "wx", 0o600);
    try {
      await handle.writeFile(JSON.stringify(z.encode(NOTE, { owner, size, metadata, created_at: now })));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, note);
    return { id, owner, size, metadata, offset: 0, createdAt: now, touchedAt: now };
  }

  async find(id: string): Promise<Upload | undefined> {
    if (!ID.test(id)) return undefined;
    const path = this.#path(id);
    const [text, file] = await Promise.all([ifThere(readFile(path + NOTE_ENDING, "utf8")), ifThere(stat(path))]);
    if (text === undefined || !file) return undefined;
    const { owner, size, metadata, created_at: createdAt } = NOTE.parse(JSON.parse(text));
    const touchedAt = Math.max(createdAt, file.mtimeMs);
    return { id, owner, size, metadata, offset: file.size, createdAt, touchedAt };
  }

  /** All of one owner, oldest first. */
  async ofOwner(owner: string): Promise<Upload[]> {
    const all: Upload[] = [];
    for (const id of await this.#ids()) {
      const upload = await this.find(id);
      if (upload?.owner === owner) all.push(upload);
    }
    return all.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  }

  /** Writes what comes behind what is here; gives how much is here then. What came before a failure stays. */
  async append(id: string, offset: number, chunks: AsyncIterable<Buffer>): Promise<number> {
    const file = await open(this.#path(id), "r+");
    let end = offset;
    try {
      for await (const chunk of chunks) {
        await this.#space.require(chunk.length);
        // on a disk that is nearly full a part of it is written, without an error
        for (const stop = end + chunk.length; end < stop;)
          end += (await file.write(chunk, chunk.length - (stop - end), stop - end, end)).bytesWritten;
      }
    } finally {
      await file.datasync().finally(() => file.close());
    }
    return end;
  }

  /** The same bytes under another path, where they stay when the upload goes; on the same disk they take no more room. */
  async copyTo(id: string, to: string): Promise<void> {
    await linkOrCopy(this.#path(id), to, this.#space);
  }

  async remove(id: string): Promise<void> {
    if (!ID.test(id)) return;
    // the bytes last: what has no note is nobody's, and the next sweep removes it
    await rm(this.#path(id) + NOTE_ENDING, { force: true });
    await rm(this.#path(id), { force: true });
  }

  /** Removes those of which nothing has come since that time (milliseconds since the epoch), and what broke off. Gives their number. */
  async removeBefore(time: number): Promise<number> {
    let removed = 0;
    for (const name of await readdir(this.#folder)) {
      const id = name.slice(0, 32);
      const path = join(this.#folder, name);
      const touchedAt = (await this.find(id))?.touchedAt ?? (await ifThere(stat(path)))?.mtimeMs;
      if (touchedAt === undefined || touchedAt >= time) continue;
      await this.remove(id);
      await rm(path, { force: true });
      removed++;
    }
    return removed;
  }

  async #ids(): Promise<string[]> {
    const names = await readdir(this.#folder);
    return names.filter((name) => name.endsWith(NOTE_ENDING)).map((name) => name.slice(0, -NOTE_ENDING.length));
  }

  #path(id: string): string {
    return join(this.#folder, id);
  }
}

async function ifThere<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
