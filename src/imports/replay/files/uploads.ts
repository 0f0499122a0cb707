import { aliasesOf, type OriginalEvent } from "../../../bundle/original.ts";
import type { Bundle } from "../../../bundle/open-bundle.ts";
import type { BundleEvent, LedgerEntry, MediaEntry } from "../../../bundle/manifest/manifest.ts";
import { HomeserverError, type MediaTarget } from "../../../ports/homeserver/homeserver.ts";
import type { ImportJournal } from "../../../ports/import-journal.ts";
import type { EncryptedFiles } from "../../encrypted/encrypted-files.ts";
import { mediaTypeOf } from "./upload-type.ts";

/** The name of a file stands in the address of its upload: one that is too long would break the connection. */
const NAME_LENGTH = 255;

/** The files of a bundle, uploaded to the new homeserver as they are needed, each once. */
export class Uploads {
  readonly #bundle: Bundle;
  readonly #target: MediaTarget;
  readonly #journal: ImportJournal;
  readonly #encrypted: EncryptedFiles | undefined;
  readonly #shaByUri = new Map<string, string>();
  /** files that the room held before: address in the source to the one here */
  readonly #here = new Map<string, string>();
  readonly #done = new Map<string, Promise<string | undefined>>();
  #limit: Promise<number | undefined> | undefined;

  /** @param encrypted where the room is encrypted: takes the files that are attached to messages */
  constructor(bundle: Bundle, target: MediaTarget, journal: ImportJournal, encrypted?: EncryptedFiles) {
    this.#bundle = bundle;
    this.#target = target;
    this.#journal = journal;
    this.#encrypted = encrypted;
    for (const [sha256, entry] of bundle.head.media) for (const uri of entry.uris) this.#shaByUri.set(uri, sha256);
  }

  /** Takes note of the avatar of a member of the new room: its author may write on. @param event that an import has brought there */
  know(event: BundleEvent, original: OriginalEvent): void {
    if (original.type !== "m.room.member") return;
    for (const [uri, newUri] of aliasesOf(event, original)) if (uri.startsWith("mxc://")) this.#here.set(uri, newUri);
  }

  /** Bytes of the file behind this address; undefined where the bundle has none. */
  size(uri: string): number | undefined {
    const sha256 = this.#shaByUri.get(uri);
    return sha256 === undefined ? undefined : this.#bundle.head.media.get(sha256)?.size;
  }

  /**
   * The new address of a file, by its address in the bundle; undefined where the bundle has none or the homeserver refused it.
   * @param attached to a message: encrypted, where the room is
   */
  async newUri(uri: string, attached = false): Promise<string | undefined> {
    const sha256 = this.#shaByUri.get(uri);
    if (sha256 === undefined) return this.#here.get(uri);
    const encrypted = attached ? this.#encrypted : undefined;
    const name = encrypted ? `encrypted ${sha256}` : sha256;
    const running = this.#done.get(name);
    if (running) return running;
    const started = this.#upload(sha256, name, uri, encrypted);
    this.#done.set(name, started);
    return started;
  }

  /** @param name in the journal */
  async #upload(
    sha256: string,
    name: string,
    uri: string,
    encrypted: EncryptedFiles | undefined,
  ): Promise<string | undefined> {
    // the key of an encrypted file has ended with the run that made it
    const known = encrypted ? undefined : await this.#journal.upload(name);
    if (known !== undefined) return known;
    const entry = this.#bundle.head.media.get(sha256);
    if (!entry) return undefined;
    this.#limit ??= this.#target.uploadLimit();
    const limit = await this.#limit;
    if (limit !== undefined && entry.size > limit)
      return this.#refused({
        code: "media_too_large",
        message: `A file of ${entry.size} bytes is over the homeserver's limit of ${limit}.`,
        uri,
      });
    try {
      const open = (): ReturnType<Bundle["openMedia"]> => this.#bundle.openMedia(sha256);
      const newUri = await (encrypted?.upload(open, entry.size) ?? this.#uploadPlain(open, entry));
      await this.#journal.setUpload(name, newUri);
      return newUri;
    } catch (error) {
      // of the homeserver, and not of this file
      if (!(error instanceof HomeserverError) || error.mayPass || error.status === 401) throw error;
      if (error.isUnknownEndpoint || error.isUserLimit) throw error;
      return this.#refused({
        code: "media_refused",
        message: `The homeserver refused a file (${error.status} ${error.errcode}).`,
        uri,
      });
    }
  }

  async #uploadPlain(open: () => ReturnType<Bundle["openMedia"]>, entry: MediaEntry): Promise<string> {
    const mimetype = await mediaTypeOf(entry.mimetype, (await open()) as AsyncIterable<Buffer>);
    return await this.#target.upload(open, entry.size, mimetype, entry.names[0]?.slice(0, NAME_LENGTH));
  }

  async #refused(entry: LedgerEntry): Promise<undefined> {
    await this.#journal.addLedger(entry);
  }
}
