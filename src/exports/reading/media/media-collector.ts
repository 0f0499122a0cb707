import { parseMxc } from "../../../matrix/ids.ts";
import { FileUnavailable, HomeserverError, type MediaSource } from "../../../ports/homeserver/homeserver.ts";
import type { FileNotes } from "./file-notes.ts";
import { MediaSpool, type SpooledFile } from "./media-spool.ts";

/** A file in the spool. */
export interface CollectedFile extends SpooledFile {
  mimetype: string;
}

/** How many files are fetched side by side. */
const AT_ONCE = 4;

/** Fetches files, each once, while the timeline is still being read. */
export class MediaCollector {
  readonly #source: MediaSource;
  /** whose files are there whenever this homeserver is */
  readonly #serverName: string;
  readonly #notes: FileNotes | undefined;
  readonly #abort = new AbortController();
  readonly #signal: AbortSignal;
  readonly #asked = new Set<string>();
  readonly #waiting: string[] = [];
  readonly #active = new Set<Promise<void>>();
  readonly #found = new Map<string, CollectedFile | HomeserverError>();
  readonly #spool: MediaSpool;
  #failure: { error: unknown } | undefined;

  /** `notes`: of an earlier run, and for a later one */
  constructor(source: MediaSource, folder: string, serverName: string, signal: AbortSignal, notes?: FileNotes) {
    this.#source = source;
    this.#serverName = serverName;
    this.#notes = notes;
    this.#signal = AbortSignal.any([signal, this.#abort.signal]);
    // what is to be resumed lies in files of their own
    this.#spool = new MediaSpool(folder, this.#signal, notes === undefined);
  }

  /** Fetches the file if it was not asked for before. A malformed URI is not asked for. */
  want(uri: string): void {
    if (this.#asked.has(uri) || !parseMxc(uri)) return;
    this.#asked.add(uri);
    this.#waiting.push(uri);
    this.#fill();
  }

  /** Resolves when all that is wanted is here or known to be unavailable. @throws what `check` throws */
  async settled(): Promise<void> {
    while (this.#active.size > 0 && !this.#failure) await Promise.race(this.#active);
    this.check();
  }

  /** @throws HomeserverError where the homeserver itself failed, not a single file; or the signal's reason */
  check(): void {
    if (this.#failure) throw this.#failure.error;
  }

  /** The file, or why there is none; undefined: never wanted. */
  get(uri: string): CollectedFile | HomeserverError | undefined {
    return this.#found.get(uri);
  }

  /** Ends what is under way; the files of an export that is not to be resumed are then gone. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    this.#abort.abort();
    await Promise.all(this.#active);
    await this.#spool.close();
  }

  #fill(): void {
    while (this.#active.size < AT_ONCE && !this.#failure) {
      const uri = this.#waiting.shift();
      if (uri === undefined) return;
      const download = this.#collect(uri).finally(() => {
        this.#active.delete(download);
        this.#fill();
      });
      this.#active.add(download);
    }
  }

  async #collect(uri: string): Promise<void> {
    try {
      const noted = await this.#notes?.find(uri, this.#signal);
      const found = noted ?? (await this.#fetch(uri));
      if (!noted) await this.#notes?.add(uri, found);
      this.#found.set(uri, found);
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  async #fetch(uri: string): Promise<CollectedFile | HomeserverError> {
    try {
      return await this.#download(uri);
    } catch (error) {
      if (error instanceof HomeserverError && this.#isOfThisFileOnly(error, uri)) return error;
      throw error;
    }
  }

  async #download(uri: string): Promise<CollectedFile> {
    const { body, whole, mimetype } = await this.#source.download(uri, this.#signal);
    return { ...(await (whole ? this.#spool.takeWhole(whole) : this.#spool.take(body))), mimetype };
  }

  /** Or does it say that the homeserver is away, or the token is not good any more? */
  #isOfThisFileOnly(error: HomeserverError, uri: string): boolean {
    if (error instanceof FileUnavailable) return true;
    const { status } = error;
    if (status === 0 || status === 401 || status === 429 || error.errcode === "M_UNRECOGNIZED") return false;
    const away = status === 502 || status === 503 || status === 504;
    return !away || parseMxc(uri)?.server !== this.#serverName;
  }
}
