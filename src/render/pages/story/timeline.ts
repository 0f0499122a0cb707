import { contentInFile } from "../../../bundle/content-file.ts";
import { aliasesOf, isScaffolding, originalOf, type OriginalEvent } from "../../../bundle/original.ts";
import type { ImportedSender } from "../../../bundle/manifest/manifest.ts";
import { Profiles } from "../../../bundle/profiles.ts";
import type { JsonObject } from "../../../matrix/json.ts";
import { mediaUris } from "../../../matrix/media-uris.ts";
import type { RenderSource } from "../source.ts";

/** An event in its original form, whole. */
export interface Told {
  original: OriginalEvent;
  /** with the name and avatar of that moment */
  author: ImportedSender;
  /** of the one who took it back */
  remover?: ImportedSender;
  /** the SHA-256 of each file that the content names and the bundle holds, by URI */
  files: Readonly<Record<string, string>>;
  /** the original content did not fit into an event, and its file is not in the bundle */
  incomplete: boolean;
}

/** The files of a bundle by URI. */
export function filesByUri({ head }: Pick<RenderSource, "head">): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [sha256, { uris }] of head.media) for (const uri of uris) files.set(uri, sha256);
  return files;
}

/** Every event of the conversation, in order: not what an import set up in the room. @throws BundleError */
export async function* timeline(
  source: RenderSource,
  files: ReadonlyMap<string, string>,
): AsyncGenerator<Told, void, undefined> {
  const profiles = new Profiles(source.head.senders);
  for await (const batch of source.eventBatches())
    for (const event of batch) {
      const original = originalOf(event, source.head.source);
      profiles.observe(original);
      if (isScaffolding(event, source.head)) continue;
      const author = profiles.authorOf(original);
      const content = await wholeContent(original, source, files);
      const whole = content && content !== original.content ? { ...original, content } : original;
      const { redaction } = original;
      yield {
        original: whole,
        author,
        files: namedFiles(whole, aliasesOf(event, original), files),
        incomplete: content === undefined,
        ...(redaction && { remover: profiles.authorOf(redaction) }),
      };
    }
}

async function wholeContent(
  { content, contentFile, redaction }: OriginalEvent,
  source: RenderSource,
  files: ReadonlyMap<string, string>,
): Promise<JsonObject | undefined> {
  if (!contentFile || redaction) return content;
  const sha256 = files.get(contentFile.uri);
  return sha256 === contentFile.sha256 ? await contentInFile(source, sha256) : undefined;
}

function namedFiles(
  { content }: OriginalEvent,
  aliases: ReadonlyMap<string, string>,
  files: ReadonlyMap<string, string>,
): Record<string, string> {
  const named: Record<string, string> = {};
  for (const uri of mediaUris(content)) {
    const sha256 = files.get(aliases.get(uri) ?? uri);
    if (sha256 !== undefined) named[uri] = sha256;
  }
  return named;
}
