import { createHash, randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { MediaEntry } from "../../bundle/manifest/manifest.ts";
import { MAX_ENTRIES } from "../../bundle/limits.ts";
import { safeFileName } from "../../bundle/archive/safe-file-name.ts";
import type { MediaFile } from "../../bundle/write-bundle.ts";
import { ConvertError } from "../convert-error.ts";
import type { ExportFile } from "../input/export-files.ts";
import { mediaType, TYPE_BYTES } from "./mime-type.ts";
import type { TakeSpace } from "./sorted-spool.ts";

/** Manifest and media together. */
const MAX_FILES = MAX_ENTRIES - 1;

export interface ShelvedFile {
  /** hexadecimal */
  sha256: string;
  size: number;
  mimetype: string;
}

/** The files that go into the bundle, copied to a folder under their hashes, each once. */
export class MediaShelf {
  readonly media = new Map<string, MediaEntry>();
  readonly #folder: string;
  readonly #takeSpace: TakeSpace | undefined;
  readonly #taken = new Map<string, Promise<ShelvedFile>>();
  readonly #uris = new Map<string, string>();

  constructor(folder: string, takeSpace?: TakeSpace) {
    this.#folder = folder;
    this.#takeSpace = takeSpace;
  }

  /** `key`: what tells the file apart within the export. @throws ConvertError export_too_large, or what reading it throws */
  async take(file: ExportFile, key: string, name: string): Promise<ShelvedFile> {
    const taken = this.#taken.get(key) ?? this.#copy(file, name);
    this.#taken.set(key, taken);
    const shelved = await taken;
    const entry = this.media.get(shelved.sha256);
    if (entry && !entry.names.includes(name) && entry.names.length < 100) entry.names = [...entry.names, name].sort();
    return shelved;
  }

  /** The file shall be found under that `mxc://` address. */
  address(sha256: string, uri: string): void {
    const entry = this.media.get(sha256);
    if (!entry || this.#uris.has(uri)) return;
    entry.uris.push(uri);
    this.#uris.set(uri, sha256);
  }

  /** The file behind an address, if it is there. */
  sha256Of(uri: string): string | undefined {
    return this.#uris.get(uri);
  }

  get files(): MediaFile[] {
    return [...this.media].map(([sha256, { size, mimetype, names }]) => {
      return { sha256, file: join(this.#folder, sha256), name: safeFileName(names[0] ?? ""), mimetype, size };
    });
  }

  async #copy(file: ExportFile, name: string): Promise<ShelvedFile> {
    const unnamed = join(this.#folder, `file-${randomBytes(8).toString("hex")}`);
    const handle = await open(unnamed, "wx", 0o600);
    const hash = createHash("sha256");
    let start = Buffer.alloc(0);
    let size = 0;
    try {
      for await (const chunk of file.read()) {
        if (start.length < TYPE_BYTES) start = Buffer.concat([start, chunk.subarray(0, TYPE_BYTES)]);
        hash.update(chunk);
        size += chunk.length;
        await this.#takeSpace?.(chunk.length);
        await handle.writeFile(chunk);
      }
    } catch (error) {
      await rm(unnamed, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    const sha256 = hash.digest("hex");
    await rename(unnamed, join(this.#folder, sha256));
    const known = this.media.get(sha256);
    const mimetype = known?.mimetype ?? (await mediaType(start, name));
    if (!known) {
      if (this.media.size >= MAX_FILES) throw new ConvertError("export_too_large");
      this.media.set(sha256, { size, mimetype, names: [name], uris: [] });
    }
    return { sha256, size, mimetype };
  }
}
