import { withPlainFiles } from "../../matrix/encrypted-file.ts";
import { member, objectMember, setMember, type JsonObject } from "../../matrix/json.ts";
import { IMPORTED_SENDER, ORIGIN } from "../../matrix/names.ts";
import { authorFault } from "../author-fault.ts";
import { isEncrypted } from "../coverage.ts";
import type { BundleEvent, Decrypted, ManifestHead } from "../manifest/manifest.ts";
import type { Bundle } from "../open-bundle.ts";
import { authorIn, isImported, isWrapper } from "../original.ts";

/** The encrypted content of an event: its own, or the one that an import keeps in a wrapper; undefined where there is none. */
export function encryptedContent(event: BundleEvent, source: ManifestHead["source"]): JsonObject | undefined {
  if (!isEncrypted(event)) return undefined;
  if (event.type === "m.room.encrypted") return event.content;
  return isKept(event, source) ? (objectMember(event.content, "content") ?? {}) : undefined;
}

type Head = Pick<ManifestHead, "source" | "room">;

/**
 * An event as it would be had it never been encrypted, where it was decrypted: for whoever reads the conversation. The relation
 * beside the ciphertext counts, as in clients, not the one inside. Of what an import has encrypted the author stands inside the
 * ciphertext, and is believed as an exporter believes it: of the importing service's own user. Any other event is given as it is.
 */
export function plainForm(event: BundleEvent, { source, room }: Head): BundleEvent {
  // most events were never encrypted: no copy of them is made
  if (event.decrypted === undefined) return event;
  const { decrypted, ...exported } = event;
  const encrypted = encryptedContent(event, source);
  if (!encrypted) return event;
  const { type } = decrypted;
  const content = plainContent(decrypted, encrypted);
  if (!isKept(event, source)) return withAuthor({ ...exported, type, content }, { source, room });
  return { ...exported, content: { ...event.content, type, content } };
}

function withAuthor(event: BundleEvent, { source, room }: Head): BundleEvent {
  if (event.sender !== room.imported_by || event[IMPORTED_SENDER] !== undefined) return event;
  const author = authorIn(event.content);
  if (!author || !Object.hasOwn(event.content, ORIGIN)) return event;
  const attributed = { ...event, [IMPORTED_SENDER]: author };
  return authorFault(attributed, source) === undefined ? attributed : event;
}

/** A bundle whose events are in their plain form. */
export function inPlainForm(bundle: Bundle): Bundle {
  const { head } = bundle;
  return {
    ...bundle,
    async *events() {
      for await (const event of bundle.events()) yield plainForm(event, head);
    },
    async *eventBatches() {
      for await (const batch of bundle.eventBatches()) yield batch.map((event) => plainForm(event, head));
    },
  };
}

function plainContent({ content, files }: Decrypted, encrypted: JsonObject): JsonObject {
  const { "m.relates_to": _inside, ...rest } = withPlainFiles(content, new Map(Object.entries(files ?? {})));
  const relation = member(encrypted, "m.relates_to");
  if (relation !== undefined) setMember(rest, "m.relates_to", relation);
  return rest;
}

/** Is it the wrapper in which an import keeps an event? */
function isKept(event: BundleEvent, source: ManifestHead["source"]): boolean {
  const origin = objectMember(event.content, ORIGIN);
  return origin !== undefined && isImported(event, source) && isWrapper(event.type, origin);
}
