import { createHash } from "node:crypto";
import type { BundleFile } from "../bundle/archive/bundle-bytes.ts";
import { safeFileName } from "../bundle/archive/safe-file-name.ts";
import type { LedgerEntry, ManifestHead, MediaEntry } from "../bundle/manifest/manifest.ts";
import type { AttachedFile } from "../matrix/encrypted-file.ts";
import { parseMxc } from "../matrix/ids.ts";
import type { Scratch } from "./exported-bundle.ts";
import { fileCipher } from "./file-cipher.ts";

/** Gives the bytes of an encrypted file by its address. @throws Error with a message for the ledger where it is not to be had */
export type FileSource = (uri: string) => Promise<AsyncIterable<Buffer>>;

/** It is not the file that the event describes. */
class DamagedFile extends Error {}

interface Plain {
  sha256: string;
  /** bytes */
  size: number;
}

/** What a media type may look like in a bundle. */
const MIME_TYPE = /^[!-.0-~]+\/[!-.0-~][ -~]{0,120}$/;
/** The server name of addresses of plain files, which nobody has uploaded anywhere. */
const SERVER = "decrypted.invalid";

/** The encrypted files of decrypted events: each is fetched, checked and decrypted once, into a file without a name. */
export class DecryptedFiles {
  readonly media = new Map<string, MediaEntry>();
  readonly #places = new Map<string, { start: number; end: number }>();
  readonly #known = new Map<string, Plain | Error>();
  readonly #scratch: Scratch;
  readonly #source: FileSource | undefined;
  readonly #head: Pick<ManifestHead, "media">;

  /** @param source undefined: files are left out */
  constructor(scratch: Scratch, head: Pick<ManifestHead, "media">, source: FileSource | undefined) {
    this.#scratch = scratch;
    this.#head = head;
    this.#source = source;
  }

  /** The address of the plain file in the bundle, or why there is none. */
  async take(file: AttachedFile, eventId: string): Promise<string | LedgerEntry> {
    const entry = (code: string, message: string): LedgerEntry => ({ code, message, event_id: eventId, uri: file.url });
    if (!parseMxc(file.url))
      return entry("media_uri_malformed", "An event names an encrypted file by no valid mxc URI.");
    if (!this.#source)
      return entry("decryption_file_left_out", "An encrypted file was left out: it was not to be fetched.");
    const key = [file.url, file.key, file.iv, file.sha256].join(" ");
    const plain = this.#known.get(key) ?? (await this.#decrypt(file, this.#source));
    this.#known.set(key, plain);
    if (plain instanceof DamagedFile) return entry("decryption_file_damaged", plain.message);
    if (plain instanceof Error)
      return entry("decryption_file_unavailable", `An encrypted file could not be fetched: ${plain.message}`);
    return this.#add(plain, file);
  }

  /** For the bundle. */
  get files(): BundleFile[] {
    return [...this.media].map(([sha256, { names, mimetype, size }]) => {
      const { start, end } = this.#places.get(sha256) ?? { start: 0, end: 0 };
      const name = safeFileName(names[0] ?? "");
      return { sha256, open: () => this.#scratch.read(start, end), name, mimetype, size };
    });
  }

  #add({ sha256, size }: Plain, { name, mimetype = "" }: AttachedFile): string {
    const exported = this.#head.media.get(sha256)?.uris[0];
    if (exported !== undefined) return exported;
    const uri = `mxc://${SERVER}/${sha256}`;
    const type = MIME_TYPE.test(mimetype) ? mimetype : "application/octet-stream";
    const entry = this.media.get(sha256) ?? { decrypted: true, size, mimetype: type, names: [], uris: [uri] };
    if (name !== undefined && !entry.names.includes(name)) entry.names = [...entry.names, name].sort();
    this.media.set(sha256, entry);
    return uri;
  }

  async #decrypt({ url, key, iv, sha256 }: AttachedFile, source: FileSource): Promise<Plain | Error> {
    const bytes = (text: string): Buffer => Buffer.from(text, "base64");
    if (bytes(key).length !== 32 || bytes(iv).length !== 16)
      return new DamagedFile("The key of an encrypted file is malformed.");
    const start = this.#scratch.size;
    const cipherHash = createHash("sha256");
    const plainHash = createHash("sha256");
    const cipher = fileCipher(bytes(key), bytes(iv));
    try {
      for await (const chunk of await source(url)) {
        cipherHash.update(chunk);
        const plain = await cipher.decrypt(chunk);
        plainHash.update(plain);
        await this.#scratch.append(plain);
      }
    } catch (error) {
      await this.#scratch.cutTo(start);
      if (error instanceof Error && !isAbort(error)) return error;
      throw error;
    }
    if (!cipherHash.digest().equals(bytes(sha256))) {
      await this.#scratch.cutTo(start);
      return new DamagedFile("An encrypted file does not have the SHA-256 that its event names: it was not decrypted.");
    }
    const found = { sha256: plainHash.digest("hex"), size: this.#scratch.size - start };
    if (this.#places.has(found.sha256)) await this.#scratch.cutTo(start);
    else this.#places.set(found.sha256, { start, end: this.#scratch.size });
    return found;
  }
}

function isAbort({ name }: Error): boolean {
  return name === "AbortError";
}
