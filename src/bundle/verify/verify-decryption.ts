import { stringMember } from "../../matrix/json.ts";
import { megolmIndex } from "../../matrix/megolm-index.ts";
import { IMPORTED_SENDER } from "../../matrix/names.ts";
import { ExportedHash } from "../decrypted/exported-manifest.ts";
import { encryptedContent, plainForm } from "../decrypted/plain-form.ts";
import type { FaultCode } from "../faults.ts";
import { carriedMedia } from "../manifest/carried-media.ts";
import type { BundleEvent, Decrypted, ManifestHead } from "../manifest/manifest.ts";
import { isSignatureOf } from "../public-keys.ts";
import { readSignature, type BundleSignature } from "../signature.ts";
import type { Accounts } from "./accounts.ts";
import type { FaultList } from "./fault-list.ts";
import { IdIndex } from "./id-index.ts";

/** What a bundle says of what was decrypted in it after it was exported. */
export interface VerifiedDecryption {
  /** events with a ciphertext, and how many of them were decrypted */
  encrypted: number;
  decrypted: number;
  /** of the exported manifest, hexadecimal */
  exported_manifest_sha256: string;
  /** by which the exported bundle was signed: the right one, by a key that may be anybody's; null where there is none */
  signature: Pick<BundleSignature, "key_id" | "public_key"> | null;
}

/** Holds what was decrypted against the ciphertexts, and what is left without it against the exported manifest. */
export class DecryptionVerifier {
  readonly #head: ManifestHead;
  readonly #accounts: Accounts;
  readonly #faults: FaultList;
  readonly #exported: ExportedHash | undefined;
  /** ciphertexts by session and place in it */
  readonly #messages = new IdIndex();
  /** the sender of each session, as a number */
  readonly #sessions = new IdIndex();
  readonly #senders = new Map<string, number>();
  #encrypted = 0;
  #decrypted = 0;

  constructor(head: ManifestHead, accounts: Accounts, faults: FaultList) {
    this.#head = head;
    this.#accounts = accounts;
    this.#faults = faults;
    if (head.decryption) this.#exported = new ExportedHash(head);
    else
      for (const [sha256, { decrypted }] of head.media)
        if (decrypted) faults.add("decryption_invalid", `media/${sha256}`);
    if (head.decryption && head.decryption.ledger > head.ledger.length) faults.add("decryption_invalid", "/decryption");
  }

  /** Bytes of the manifest, as they are read. */
  pass(chunk: Buffer): void {
    this.#exported?.write(chunk);
  }

  event(event: BundleEvent, wrong: (code: FaultCode) => void): void {
    const { decrypted } = event;
    if (!this.#head.decryption && decrypted === undefined) return;
    const encrypted = encryptedContent(event, this.#head.source);
    if (encrypted) this.#encrypted++;
    if (decrypted === undefined) return;
    this.#decrypted++;
    const ciphertext = stringMember(encrypted, "ciphertext");
    const index = ciphertext === undefined ? undefined : megolmIndex(ciphertext);
    if (!this.#head.decryption || index === undefined || !this.#isOwn(event, decrypted, index)) {
      wrong("decryption_invalid");
      return;
    }
    const uris = [
      ...Object.values(decrypted.files ?? {}),
      ...carriedMedia(plainForm(event, this.#head), this.#head.source),
    ];
    if (uris.some((uri) => !this.#accounts.holds(uri))) wrong("media_unlisted");
  }

  /** Is it of the session's own sender, and the first with this ciphertext? */
  #isOwn(event: BundleEvent, { session_id: session }: Decrypted, index: number): boolean {
    const named = stringMember(encryptedContent(event, this.#head.source), "session_id");
    if (named !== undefined && named !== session) return false;
    const author = event[IMPORTED_SENDER]?.user_id ?? event.sender;
    const number = this.#senders.get(author) ?? this.#senders.size;
    this.#senders.set(author, number);
    const sender = this.#sessions.add(session, number);
    return (
      (sender === undefined || sender === number) && this.#messages.add(`${String(index)} ${session}`, 0) === undefined
    );
  }

  /** After the last byte of a manifest that could be read. null: nothing was decrypted */
  finish(): VerifiedDecryption | null {
    const { decryption } = this.#head;
    if (!decryption) return null;
    const { encrypted, decrypted, exported } = decryption;
    const isRight =
      encrypted === this.#encrypted &&
      decrypted === this.#decrypted &&
      this.#exported?.digest() === exported.manifest_sha256;
    if (!isRight) this.#faults.add("decryption_invalid", "/decryption");
    return { encrypted, decrypted, exported_manifest_sha256: exported.manifest_sha256, signature: this.#signature() };
  }

  #signature(): VerifiedDecryption["signature"] {
    const { signature, manifest_sha256: sha256 } = this.#head.decryption?.exported ?? {};
    if (signature === undefined || sha256 === undefined) return null;
    try {
      const read = readSignature(Buffer.from(JSON.stringify(signature)));
      if (read && isSignatureOf(read, "bundle manifest.json", sha256)) {
        return { key_id: read.key_id, public_key: read.public_key };
      }
      this.#faults.add("signature_invalid");
    } catch (error) {
      this.#faults.caught(error);
    }
    return null;
  }
}
