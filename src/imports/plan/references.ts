import { aliasesOf, type OriginalEvent } from "../../bundle/original.ts";
import type { BundleEvent } from "../../bundle/manifest/manifest.ts";
import { attachedAddresses } from "../../matrix/encrypted-file.ts";
import { isHtmlMember, mediaUris, replaceInlineMedia } from "../../matrix/media-uris.ts";
import { isObject, type JsonObject, type JsonValue } from "../../matrix/json.ts";
import type { JournalEntry } from "../../ports/import-journal.ts";
import { isEncryptedThere } from "../encrypted/encrypted-room.ts";
import type { KnownEvents } from "../replay/pending-entries.ts";
import type { Uploads } from "../replay/files/uploads.ts";

const NONE: ReadonlySet<string> = new Set();

/** What one event refers to, as it is called in the new room. */
export class References {
  readonly #journal: KnownEvents;
  readonly #uploads: Uploads;
  readonly #aliases: Map<string, string>;
  /** files of this event: address in the original content → new address */
  readonly files = new Map<string, string>();

  private constructor(journal: KnownEvents, uploads: Uploads, aliases: Map<string, string>) {
    this.#journal = journal;
    this.#uploads = uploads;
    this.#aliases = aliases;
  }

  /** Uploads the event's files and remembers where they went. */
  static async of(
    event: BundleEvent,
    original: OriginalEvent,
    journal: KnownEvents,
    uploads: Uploads,
  ): Promise<References> {
    const references = new References(journal, uploads, aliasesOf(event, original));
    const uris = mediaUris(original.content);
    const attached = uris.length > 0 && isEncryptedThere(original) ? attachedAddresses(original.content) : NONE;
    for (const uri of uris) {
      const newUri = await references.#newUri(uri, attached.has(uri));
      if (newUri !== undefined) references.files.set(uri, newUri);
    }
    return references;
  }

  /** @param attached see `Uploads` */
  async #newUri(uri: string, attached: boolean): Promise<string | undefined> {
    const alias = this.#aliases.get(uri);
    return (
      (await this.#uploads.newUri(alias ?? uri, attached)) ??
      (alias === undefined ? undefined : await this.#uploads.newUri(uri, attached))
    );
  }

  /** What became of an event that this one refers to. */
  async event(id: string): Promise<JournalEntry | undefined> {
    const found = await this.#journal.find(id);
    const alias = this.#aliases.get(id);
    return found ?? (alias === undefined ? undefined : this.#journal.find(alias));
  }

  /**
   * A copy of a content with the new address of each file. Texts stay as they are: the addresses that stand there are named
   * in the origin.
   */
  withFiles(content: JsonObject): JsonObject {
    if (this.files.size === 0) return copy(content, undefined, false, (text) => text) as JsonObject;
    const replace = (text: string, key: string | undefined, isHtml: boolean): string => {
      const file = this.files.get(text);
      if (isHtml && file === undefined) return replaceInlineMedia(text, (uri) => this.files.get(uri) ?? uri);
      return file === undefined || isHtml || key === "body" ? text : file;
    };
    return copy(content, undefined, false, replace) as JsonObject;
  }
}

/** The files that an event will need, by the addresses that they have in the bundle, as far as no file has to be read to tell. */
export function filesOf(event: BundleEvent, original: OriginalEvent, uploads: Pick<Uploads, "size">): string[] {
  const uris = mediaUris(original.content);
  if (uris.length === 0) return uris;
  const aliases = aliasesOf(event, original);
  return uris.flatMap((uri) => [aliases.get(uri) ?? uri, uri].find((each) => uploads.size(each) !== undefined) ?? []);
}

function copy(
  value: JsonValue,
  key: string | undefined,
  isHtml: boolean,
  replace: (text: string, key: string | undefined, isHtml: boolean) => string,
): JsonValue {
  if (typeof value === "string") return replace(value, key, isHtml);
  if (Array.isArray(value)) return value.map((item) => copy(item, key, false, replace));
  if (!isObject(value)) return value;
  const copied = (name: string, inner: JsonValue): JsonValue => copy(inner, name, isHtmlMember(value, name), replace);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copied(name, inner)]));
}
