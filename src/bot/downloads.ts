import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { RequestError } from "../requests/failures/failure.ts";
import { spoolFile } from "../requests/storage/spool-file.ts";
import { failureOf } from "../requests/failures/failure-of.ts";
import type { DiskSpace } from "../ports/disk-space.ts";
import { HomeserverError, type MediaSource } from "../ports/homeserver/homeserver.ts";

/** A file on disk that goes away with its disposal. */
export interface Download extends AsyncDisposable {
  path: string;
}

/** Brings files of the media repository to disk, up to a size. */
export class Downloads {
  readonly #media: MediaSource;
  readonly #folder: string;
  readonly #space: DiskSpace;
  readonly #limit: number;
  readonly #signal: AbortSignal;

  /** `space` is of the folder's disk; `limit` in bytes */
  constructor(media: MediaSource, folder: string, space: DiskSpace, limit: number, signal: AbortSignal) {
    this.#media = media;
    this.#folder = folder;
    this.#space = space;
    this.#limit = limit;
    this.#signal = signal;
  }

  /** @throws RequestError where the file cannot be had or is too large */
  async fetch(uri: string): Promise<Download> {
    const folder = await mkdtemp(join(this.#folder, "bot-"));
    const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
    const path = join(folder, "bundle.zip");
    try {
      const { body } = await this.#media.download(uri, this.#signal);
      const limited = (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> => this.#limited(chunks);
      await pipeline(body, limited, spoolFile(path, this.#space), { signal: this.#signal });
      return { path, [Symbol.asyncDispose]: remove };
    } catch (error) {
      await remove();
      if (!(error instanceof HomeserverError)) throw failureOf(error);
      throw new RequestError("not_found", "M_NOT_FOUND", "The homeserver does not give me that file.");
    }
  }

  async *#limited(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let size = 0;
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > this.#limit)
        throw new RequestError(
          "too_large",
          "M_TOO_LARGE",
          `The bundle is larger than the ${this.#limit} bytes that are allowed here.`,
        );
      yield chunk;
    }
  }
}
