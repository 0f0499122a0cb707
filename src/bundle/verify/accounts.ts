import { sinceBundle } from "../bookmark.ts";
import type { ManifestHead } from "../manifest/manifest.ts";

/** Which files a bundle accounts for: those that it holds, and those of which its ledger says why it does not. */
export class Accounts {
  /** by address: the SHA-256 of the file; null where the ledger tells of it */
  readonly #files = new Map<string, string | null>();
  readonly #isInEarlierBundle: boolean;

  constructor({ media, ledger, coverage }: Pick<ManifestHead, "media" | "ledger" | "coverage">) {
    for (const { uri } of ledger) if (uri !== undefined) this.#files.set(uri, null);
    for (const [sha256, { uris }] of media) for (const uri of uris) this.#files.set(uri, sha256);
    const isCounted = ledger.some(({ code }) => code === "media_in_earlier_bundle");
    this.#isInEarlierBundle = isCounted && sinceBundle(coverage) !== undefined;
  }

  holds(uri: string): boolean {
    return this.#files.has(uri);
  }

  /** Of the room, its state and its people: an increment leaves what the earlier bundle holds to that one. */
  holdsBeside(uris: readonly string[]): boolean {
    return this.#isInEarlierBundle || uris.every((uri) => this.#files.has(uri));
  }

  /** undefined: not accounted for; null: the ledger tells of it */
  fileOf(uri: string): string | null | undefined {
    return this.#files.get(uri);
  }
}
