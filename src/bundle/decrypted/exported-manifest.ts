import { createHash } from "node:crypto";
import { canonicalJson, isObject, member, objectMember, parseJson, type JsonObject } from "../../matrix/json.ts";
import type { Decrypted, ManifestHead } from "../manifest/manifest.ts";
import { withoutDecrypted } from "./event-line.ts";
import { LineEdit } from "./line-edit.ts";

const DECRYPTED = '"decrypted":';
const NOTHING: readonly Buffer[] = [];

/**
 * The SHA-256 of the manifest that was exported, found while one is read that was decrypted afterwards: of all its bytes without those
 * that decryption added.
 */
export class ExportedHash {
  readonly #head: Pick<ManifestHead, "decryption" | "ledger">;
  readonly #hash = createHash("sha256");
  readonly #edit: LineEdit;

  constructor(head: Pick<ManifestHead, "decryption" | "ledger">) {
    this.#head = head;
    const edits = { member: this.#member.bind(this), element: this.#element.bind(this) };
    this.#edit = new LineEdit(edits, (bytes) => this.#hash.update(bytes));
  }

  write(chunk: Buffer): void {
    this.#edit.write(chunk);
  }

  /** Hexadecimal, once all is read; undefined where the manifest is laid out in another way. */
  digest(): string | undefined {
    return this.#edit.isWhole ? this.#hash.digest("hex") : undefined;
  }

  #member(name: string): readonly Buffer[] | undefined {
    if (name === "decryption") return NOTHING;
    const { exported } = this.#head.decryption ?? {};
    if (!exported || (name !== "coverage" && name !== "counts")) return undefined;
    return [Buffer.from(`"${name}":${canonicalJson(exported[name] as unknown as JsonObject)}`)];
  }

  #element(section: string, line: Buffer, index: number): readonly Buffer[] | undefined {
    const { decryption, ledger } = this.#head;
    if (section === "ledger") return index >= ledger.length - (decryption?.ledger ?? 0) ? NOTHING : undefined;
    if (section !== "media" && section !== "events") return undefined;
    const text = line.toString();
    if (!text.includes(DECRYPTED)) return undefined;
    try {
      if (section === "events") return this.#event(text);
      const entry = Object.values(parseJson(`{${text}}`) as JsonObject)[0];
      return member(entry, "decrypted") === true ? NOTHING : undefined;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#edit.giveUp();
      return NOTHING;
    }
  }

  #event(text: string): readonly Buffer[] | undefined {
    const event = parseJson(text);
    const decrypted = objectMember(event, "decrypted");
    if (!decrypted || !isObject(event)) return undefined;
    const exported = withoutDecrypted(text, event, decrypted as unknown as Decrypted);
    if (exported === undefined) this.#edit.giveUp();
    return exported === undefined ? NOTHING : [Buffer.from(exported)];
  }
}
