import { redactionTarget } from "../../matrix/event.ts";
import { sameJson, type JsonObject } from "../../matrix/json.ts";
import { difference } from "../../matrix/json-pointer.ts";
import { mediaUris } from "../../matrix/media-uris.ts";
import { relationOf } from "../../matrix/relation.ts";
import { contentInFile } from "../content-file.ts";
import { aliasesOf, withoutAdded, type OriginalEvent } from "../original.ts";
import type { Differences } from "./difference.ts";
import { isWrapper, type Item, type Side } from "./side.ts";

/** What was found equal or different, in numbers. */
export interface Compared {
  events: number;
  relations: number;
  redactions: number;
  media: number;
}

/** Compares one event as the two bundles have it. */
export class PairComparison {
  readonly #a: Side;
  readonly #b: Side;
  readonly #found: Differences;
  readonly compared: Compared = { events: 0, relations: 0, redactions: 0, media: 0 };

  constructor(a: Side, b: Side, found: Differences) {
    this.#a = a;
    this.#b = b;
    this.#found = found;
  }

  /** Where one bundle has an event decrypted and the other has not, the ciphertexts are compared. A promise where that takes files. */
  compare(itemA: Item, itemB: Item): Promise<void> | undefined {
    const a = this.#a.inFormOf(itemA, itemB);
    const b = this.#b.inFormOf(itemB, itemA);
    const id = a.original.eventId;
    this.compared.events++;
    if (a.original.sender !== b.original.sender) this.#found.add("author", "The authors differ.", id);
    else if (a.author.display_name !== b.author.display_name)
      this.#found.add("author", "The author's names at that moment differ.", id);
    else if (this.#a.avatarOf(a) !== this.#b.avatarOf(b))
      this.#found.add("author", "The author's avatars at that moment differ.", id);
    if (a.original.type !== b.original.type || a.original.stateKey !== b.original.stateKey)
      this.#found.add("type", "Types or state keys differ.", id);
    if (a.original.ts !== b.original.ts) this.#found.add("time", "The times differ.", id);
    this.#redaction(a, b);
    if (a.original.contentFile || b.original.contentFile) return this.#contentFiles(a, b).then(() => this.#links(a, b));
    this.#contents(a, b, a.original.content, b.original.content);
    this.#links(a, b);
    return undefined;
  }

  /** Does it relate to something that is not in the side's index, for it may come later? */
  leadsOn(side: Side, { original }: Item): boolean {
    return targetsOf(original).some((target) => target !== undefined && side.byOrigin.get(target) === undefined);
  }

  #links(a: Item, b: Item): void {
    this.#relations(this.#a, a);
    this.#relations(this.#b, b);
    this.#media(a, b);
  }

  #redaction(a: Item, b: Item): void {
    const one = a.original.redaction;
    const two = b.original.redaction;
    const id = a.original.eventId;
    if (!one && !two) return;
    this.compared.redactions++;
    if (!one || !two) this.#found.add("redaction", "The event is redacted in one bundle only.", id);
    else if (!sameRedaction(one, two)) this.#found.add("redaction", "The redactions differ.", id);
  }

  async #contentFiles(a: Item, b: Item): Promise<void> {
    const one = await contentOf(this.#a, a.original);
    const two = await contentOf(this.#b, b.original);
    if (one && two) this.#contents(a, b, one, two);
    else this.#found.add("content", "The file with the original content is not in the bundle.", a.original.eventId);
  }

  #contents(a: Item, b: Item, one: JsonObject, two: JsonObject): void {
    if (!sameJson(said(a.original, one), said(b.original, two)))
      this.#found.add("content", `The contents differ at ${firstDifference(one, two)}.`, a.original.eventId);
  }

  /** The relation that clients see must lead where the original one led. */
  #relations(side: Side, item: Item): void {
    const { event, original } = item;
    const targets = targetsOf(original);
    if (targets.every((target) => target === undefined) || original.contentFile || isWrapper(item)) return;
    const then = relationOf(original.content);
    const now = relationOf(event.content);
    const places = [now.event_id, now.in_reply_to, redactionTarget(event)];
    for (const [index, target] of targets.entries()) {
      const here = places[index];
      const position = target === undefined ? undefined : side.byOrigin.get(target);
      if (position === undefined) continue;
      this.compared.relations++;
      const foreignEdit =
        then.rel_type === "m.replace" && target === then.event_id && side.senderAt(position) !== original.sender;
      const holds =
        foreignEdit && original.imported
          ? now.rel_type !== "m.replace"
          : here !== undefined && side.byBundleId.get(here) === position && now.rel_type === then.rel_type;
      if (!holds) this.#found.add("relation", "The relation does not lead where it led.", original.eventId);
    }
  }

  #media(a: Item, b: Item): void {
    const uris = mediaUris(a.original.content);
    if (uris.length === 0) return;
    const [filesA, filesB] = [filesOf(this.#a, a), filesOf(this.#b, b)];
    for (const uri of uris) {
      this.compared.media++;
      if (filesA(uri) !== filesB(uri)) this.#found.add("media", "The event's files differ.", a.original.eventId);
    }
  }
}

/** What an event relates to: by its relation, as a reply, and as a redaction. */
function targetsOf({ content, redacts }: OriginalEvent): (string | undefined)[] {
  const { event_id: target, in_reply_to: answered } = relationOf(content);
  return [target, answered, redacts];
}

/** What a redaction takes back stands in its content or beside it, depending on homeserver and room version. */
function said({ type }: OriginalEvent, content: JsonObject): JsonObject {
  if (type !== "m.room.redaction") return content;
  const { redacts: _target, ...rest } = content;
  return rest;
}

/** A redaction that an import had to repeat for an event that came redacted has an id of its own. */
function sameRedaction(a: OriginalEvent, b: OriginalEvent): boolean {
  const repeated = [a, b].some(({ author, imported }) => author !== undefined && !imported);
  const by = ({ author, sender }: OriginalEvent): string => author?.user_id ?? sender;
  const says = (redaction: OriginalEvent): JsonObject => said(redaction, withoutAdded(redaction.content));
  return (repeated || a.eventId === b.eventId) && by(a) === by(b) && a.ts === b.ts && sameJson(says(a), says(b));
}

/** SHA-256 by the URI of an original content. */
function filesOf(side: Side, { event, original }: Item): (uri: string) => string | undefined {
  const aliases = aliasesOf(event, original);
  return (uri) => side.fileOf(aliases.get(uri) ?? uri);
}

/** The original content, out of its file where it did not fit into an event; undefined where that is not there or none. */
async function contentOf(side: Side, original: OriginalEvent): Promise<JsonObject | undefined> {
  const { contentFile, content } = original;
  if (!contentFile || original.redaction) return content;
  const sha256 = side.fileOf(contentFile.uri);
  return sha256 === undefined || sha256 !== contentFile.sha256 ? undefined : contentInFile(side.bundle, sha256);
}

function firstDifference(a: JsonObject, b: JsonObject): string {
  const { set, drop } = difference(a, b);
  return [...drop, ...set.keys()][0] ?? "/";
}
