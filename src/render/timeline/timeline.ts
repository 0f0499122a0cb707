import { contentInFile } from "../../bundle/content-file.ts";
import { plainForm } from "../../bundle/decrypted/plain-form.ts";
import { aliasesOf, isScaffolding, originalOf, type OriginalEvent } from "../../bundle/original.ts";
import { Profiles } from "../../bundle/profiles.ts";
import type { JsonObject } from "../../matrix/json.ts";
import { mediaUris } from "../../matrix/media-uris.ts";
import type { RenderSource } from "../source.ts";
import { authorOf, type Author } from "./author.ts";

/** The SHA-256 of each file that a content names and the bundle holds, by URI. */
export type Files = Readonly<Record<string, string>>;

/** An event in its original form, whole. */
export interface TimelineEntry {
  original: OriginalEvent;
  /** with the name and avatar of that moment */
  author: Author;
  /** who redacted it */
  remover?: Author;
  files: Files;
  /** the original content did not fit into an event, and its file is not in the bundle */
  incomplete: boolean;
}

/** The files of a bundle by URI. */
export function filesByUri({ head }: Pick<RenderSource, "head">): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [sha256, { uris }] of head.media) for (const uri of uris) files.set(uri, sha256);
  return files;
}

/**
 * Every event of the conversation, in order, many at a time; what an import set up in the room is left out. `files`: see `filesByUri`.
 * @throws BundleError
 */
export async function* timeline(
  source: RenderSource,
  files: ReadonlyMap<string, string>,
): AsyncGenerator<TimelineEntry[], void, undefined> {
  const profiles = new Profiles(source.head.senders);
  for await (const batch of source.eventBatches()) {
    const entries: TimelineEntry[] = [];
    for (const exported of batch) {
      const event = plainForm(exported, source.head);
      const original = originalOf(event, source.head.source);
      profiles.observe(original);
      if (isScaffolding(event, source.head)) continue;
      const { contentFile, redaction } = original;
      const isElsewhere = contentFile !== undefined && !redaction;
      const content = isElsewhere ? await contentOf(contentFile, source, files) : original.content;
      const whole = content && content !== original.content ? { ...original, content } : original;
      const entry: TimelineEntry = {
        original: whole,
        author: authorOf(whole, profiles),
        files: files.size === 0 ? {} : namedFiles(whole, aliasesOf(event, original), files),
        incomplete: content === undefined,
      };
      if (redaction) entry.remover = authorOf(redaction, profiles);
      entries.push(entry);
    }
    yield entries;
  }
}

async function contentOf(
  { uri, sha256 }: NonNullable<OriginalEvent["contentFile"]>,
  source: RenderSource,
  files: ReadonlyMap<string, string>,
): Promise<JsonObject | undefined> {
  return files.get(uri) === sha256 ? await contentInFile(source, sha256) : undefined;
}

function namedFiles(
  { content }: OriginalEvent,
  aliases: ReadonlyMap<string, string>,
  files: ReadonlyMap<string, string>,
): Files {
  const named: Record<string, string> = {};
  for (const uri of mediaUris(content)) {
    const sha256 = files.get(aliases.get(uri) ?? uri);
    if (sha256 !== undefined) named[uri] = sha256;
  }
  return named;
}
