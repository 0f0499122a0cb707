import { createHash } from "node:crypto";
import type { BundleFile } from "../bundle/archive/bundle-bytes.ts";
import { safeFileName } from "../bundle/archive/safe-file-name.ts";
import type { LedgerEntry, ManifestHead, MediaEntry } from "../bundle/manifest/manifest.ts";
import type { AttachedFile } from "../matrix/encrypted-file.ts";
import { parseMxc } from "../matrix/ids.ts";
import type { Scratch } from "./exported-bundle.ts";
import { fileCipher } from "./file-cipher.ts";

/** The bytes of a file, and its media type, as far as it is known. */
export type FetchedFile = AsyncIterable<Buffer> & { readonly mimetype?: string | undefined };

/** Gives the bytes of a file by its address. @throws Error with a message for the ledger where it is not to be had */
export type FileSource = (uri: string) => Promise<FetchedFile>;

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
  /** the address in the bundle of each file that needs no key, by its own */
  readonly #open = new Map<string, string>();
  /** addresses of files that were exported, or that the ledger tells of */
  readonly #exported = new Set<string>();
  readonly #scratch: Scratch;
  readonly #source: FileSource | undefined;
  readonly #head: Pick<ManifestHead, "media" | "ledger">;

  /** @param source undefined: files are left out */
  constructor(scratch: Scratch, head: Pick<ManifestHead, "media" | "ledger">, source: FileSource | undefined) {
    this.#scratch = scratch;
    this.#head = head;
    this.#source = source;
    for (const { uris } of head.media.values()) for (const uri of uris) this.#exported.add(uri);
    for (const { uri } of head.ledger) if (uri !== undefined) this.#exported.add(uri);
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

  /**
   * Takes a file that a decrypted event names without a key. Gives its address in the bundle, mostly the same, or why there is none, which is
   * told once.
   */
  async takeOpen(uri: string, eventId: string): Promise<string | LedgerEntry> {
    if (this.#exported.has(uri) || this.#open.has(uri)) return this.#open.get(uri) ?? uri;
    this.#open.set(uri, uri);
    const entry = (code: string, message: string): LedgerEntry => ({ code, message, event_id: eventId, uri });
    if (!this.#source)
      return entry("decryption_file_left_out", "A file of an encrypted event was left out: it was not to be fetched.");
    const fetched = await this.#fetch(uri, this.#source);
    if (fetched instanceof Error)
      return entry("decryption_file_unavailable", `A file could not be fetched: ${fetched.message}`);
    const address = this.#addUnder(uri, fetched, fetched.mimetype);
    this.#open.set(uri, address);
    return address;
  }

  /** For the bundle. */
  get files(): BundleFile[] {
    return [...this.media].map(([sha256, { names, mimetype, size }]) => {
      const { start, end } = this.#places.get(sha256) ?? { start: 0, end: 0 };
      const name = safeFileName(names[0] ?? "");
      return { sha256, open: () => this.#scratch.read(start, end), name, mimetype, size };
    });
  }

  #add(plain: Plain, { name, mimetype }: AttachedFile): string {
    const address = this.#addUnder(`mxc://${SERVER}/${plain.sha256}`, plain, mimetype);
    const entry = this.media.get(plain.sha256);
    if (entry && name !== undefined && !entry.names.includes(name)) entry.names = [...entry.names, name].sort();
    return address;
  }

  /** The same bytes are in the bundle once; what was exported stays as it is. */
  #addUnder(uri: string, { sha256, size }: Plain, mimetype = ""): string {
    const exported = this.#head.media.get(sha256)?.uris[0];
    if (exported !== undefined) return exported;
    const type = MIME_TYPE.test(mimetype) ? mimetype : "application/octet-stream";
    const entry = this.media.get(sha256) ?? { decrypted: true, size, mimetype: type, names: [], uris: [] };
    if (!entry.uris.includes(uri)) entry.uris = [...entry.uris, uri].sort();
    this.media.set(sha256, entry);
    return uri;
  }

  async #fetch(uri: string, source: FileSource): Promise<(Plain & { mimetype: string | undefined }) | Error> {
    const start = this.#scratch.size;
    const hash = createHash("sha256");
    try {
      const file = await source(uri);
      for await (const chunk of file) {
        hash.update(chunk);
        await this.#scratch.append(chunk);
      }
      return { ...(await this.#placed(hash.digest("hex"), start)), mimetype: file.mimetype };
    } catch (error) {
      return await this.#failed(error, start);
    }
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
      return await this.#failed(error, start);
    }
    if (!cipherHash.digest().equals(bytes(sha256))) {
      await this.#scratch.cutTo(start);
      return new DamagedFile("An encrypted file does not have the SHA-256 that its event names: it was not decrypted.");
    }
    return await this.#placed(plainHash.digest("hex"), start);
  }

  /** What stands in the scratch file from there on, where it does not stand there already. */
  async #placed(sha256: string, start: number): Promise<Plain> {
    const size = this.#scratch.size - start;
    if (this.#places.has(sha256)) await this.#scratch.cutTo(start);
    else this.#places.set(sha256, { start, end: this.#scratch.size });
    return { sha256, size };
  }

  async #failed(error: unknown, start: number): Promise<Error> {
    await this.#scratch.cutTo(start);
    if (error instanceof Error && !isAbort(error)) return error;
    throw error;
  }
}

function isAbort({ name }: Error): boolean {
  return name === "AbortError";
}
