import { createHash, randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { parseMxc } from "../../../matrix/ids.ts";
import { FileUnavailable, HomeserverError, type MediaSource } from "../../../ports/homeserver/homeserver.ts";
import type { FileNotes } from "./file-notes.ts";

/** A file in the spool. */
export interface CollectedFile {
  /** hexadecimal */
  sha256: string;
  /** where its bytes lie: the same for all URIs with the same bytes */
  file: string;
  /** bytes */
  size: number;
  mimetype: string;
}

/** How many files are fetched side by side. */
const AT_ONCE = 4;

/** Fetches files, each once, while the timeline is still being read. */
export class MediaCollector {
  readonly #source: MediaSource;
  readonly #folder: string;
  /** whose files are there whenever this homeserver is */
  readonly #serverName: string;
  readonly #notes: FileNotes | undefined;
  readonly #abort = new AbortController();
  readonly #signal: AbortSignal;
  readonly #asked = new Set<string>();
  readonly #waiting: string[] = [];
  readonly #active = new Set<Promise<void>>();
  readonly #found = new Map<string, CollectedFile | HomeserverError>();
  readonly #bySha = new Map<string, string>();
  #failure: { error: unknown } | undefined;

  /** `notes`: of an earlier run, and for a later one */
  constructor(source: MediaSource, folder: string, serverName: string, signal: AbortSignal, notes?: FileNotes) {
    this.#source = source;
    this.#folder = folder;
    this.#serverName = serverName;
    this.#notes = notes;
    this.#signal = AbortSignal.any([signal, this.#abort.signal]);
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

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    this.#abort.abort();
    await Promise.all(this.#active);
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
    const { body, mimetype } = await this.#source.download(uri, this.#signal);
    await mkdir(this.#folder, { recursive: true });
    const unnamed = join(this.#folder, `download-${randomBytes(8).toString("hex")}`);
    const hash = createHash("sha256");
    let size = 0;
    const measured = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
      for await (const chunk of chunks) {
        hash.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    };
    await pipeline(body, measured, createWriteStream(unnamed, { mode: 0o600 }), { signal: this.#signal });
    const sha256 = hash.digest("hex");
    return { sha256, file: await this.#keepOnce(unnamed, sha256), size, mimetype };
  }

  async #keepOnce(unnamed: string, sha256: string): Promise<string> {
    const known = this.#bySha.get(sha256);
    if (known !== undefined) {
      await rm(unnamed);
      return known;
    }
    const file = join(this.#folder, sha256);
    this.#bySha.set(sha256, file);
    await rename(unnamed, file);
    return file;
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
