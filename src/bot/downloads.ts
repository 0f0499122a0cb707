import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { RequestError } from "../requests/failures/failure.ts";
import { spoolFile } from "../requests/storage/spool-file.ts";
import { failureOf } from "../requests/failures/failure-of.ts";
import type { DiskSpace } from "../ports/disk-space.ts";
import { HomeserverError, UnexpectedAnswer, type MediaSource } from "../ports/homeserver/homeserver.ts";
import { TIMER, type Timer } from "../ports/timer.ts";

/** A file on disk that goes away with its disposal. */
export interface Download extends AsyncDisposable {
  path: string;
}

export interface DownloadParts {
  media: MediaSource;
  folder: string;
  /** of the folder's disk */
  space: DiskSpace;
  /** the largest file, in bytes */
  largest: number;
  /** ends all downloads */
  signal: AbortSignal;
  timer?: Timer;
}

/** The homeserver fetches a file of another server whole before it gives the first byte of it; milliseconds. */
export const FIRST_BYTE_MS = 60_000;
/** From the first byte on, a file has this time, in milliseconds, and more for what has come of it so far. */
const GRACE_MS = 60_000;
const SLOWEST_BYTES_PER_MS = 1024;

/** Brings files of the media repository to disk, up to a size and within a time. */
export class Downloads {
  readonly #parts: DownloadParts;

  constructor(parts: DownloadParts) {
    this.#parts = parts;
  }

  /** @throws RequestError where the file cannot be had, is too large, or comes too slowly */
  async fetch(uri: string): Promise<Download> {
    const { media, space } = this.#parts;
    const folder = await mkdtemp(join(this.#parts.folder, "bot-"));
    const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
    const path = join(folder, "bundle.zip");
    const watch = this.#watch();
    const signal = AbortSignal.any([this.#parts.signal, watch.late]);
    try {
      const { body } = await media.download(uri, signal);
      const limited = (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> => this.#limited(chunks, watch.came);
      await pipeline(body, limited, spoolFile(path, space), { signal });
      return { path, [Symbol.asyncDispose]: remove };
    } catch (error) {
      await remove();
      if (watch.late.aborted) throw watch.late.reason;
      if (!(error instanceof HomeserverError) || error instanceof UnexpectedAnswer) throw failureOf(error);
      throw new RequestError("not_found", "M_NOT_FOUND", "The homeserver does not give me that file.");
    } finally {
      watch.end();
    }
  }

  /** `late` is aborted where a file's time is over; `came` is to be told how many bytes have come so far. */
  #watch(): { late: AbortSignal; came: (bytes: number) => void; end: () => void } {
    const { timer = TIMER } = this.#parts;
    const late = new AbortController();
    const ended = new AbortController();
    let started = timer.monotonic();
    let received = 0;
    const left = (): number => {
      const allowed = received === 0 ? FIRST_BYTE_MS : GRACE_MS + received / SLOWEST_BYTES_PER_MS;
      return started + allowed - timer.monotonic();
    };
    const watching = async (): Promise<void> => {
      while (left() > 0) await timer.sleep(left(), ended.signal);
      late.abort(tooSlow(received));
    };
    // it ends with the download
    watching().catch(() => undefined);
    const came = (bytes: number): void => {
      if (received === 0) started = timer.monotonic();
      received = bytes;
    };
    return { late: late.signal, came, end: () => ended.abort() };
  }

  async *#limited(chunks: AsyncIterable<Buffer>, came: (bytes: number) => void): AsyncGenerator<Buffer> {
    const { largest } = this.#parts;
    let size = 0;
    for await (const chunk of chunks) {
      size += chunk.length;
      came(size);
      if (size > largest)
        throw new RequestError(
          "too_large",
          "M_TOO_LARGE",
          `The bundle is larger than the ${largest} bytes that are allowed here.`,
        );
      yield chunk;
    }
  }
}

function tooSlow(received: number): RequestError {
  const message =
    received === 0
      ? `The homeserver has sent nothing of that file within ${FIRST_BYTE_MS / 1000} seconds: the server that has it may be down. Try again later.`
      : `That file comes too slowly: I gave up after ${received} bytes. Try again later.`;
  return new RequestError("homeserver_away", "M_UNKNOWN", message);
}
