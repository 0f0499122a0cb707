import { contentInFile } from "../../bundle/content-file.ts";
import type { ImportedSender } from "../../bundle/manifest/manifest.ts";
import { aliasesOf, isScaffolding, originalOf, type OriginalEvent } from "../../bundle/original.ts";
import type { Bundle } from "../../bundle/open-bundle.ts";
import { Profiles } from "../../bundle/profiles.ts";
import { objectMember, stringMember } from "../../matrix/json.ts";

/** An event as it was where it was first sent, with its author as they were called then. */
export interface Told {
  original: OriginalEvent;
  author: ImportedSender;
  /** who took it back */
  remover?: ImportedSender;
  /** where in the bundle its file lies; undefined where it has none, or the bundle lacks it */
  file?: string;
}

/** Every event of the conversation, in order; what an import set up around it is left out. @throws BundleError */
export async function* timeline(bundle: Bundle): AsyncGenerator<Told, void, undefined> {
  const files = new Map<string, string>();
  for (const [sha256, { uris }] of bundle.head.media) for (const uri of uris) files.set(uri, sha256);
  const profiles = new Profiles(bundle.head.senders);
  for await (const event of bundle.events()) {
    if (isScaffolding(event, bundle.head)) continue;
    const original = originalOf(event, bundle.head.source);
    if (original.repeated) continue;
    profiles.observe(original);
    const kept = original.redaction ? undefined : files.get(original.contentFile?.uri ?? "");
    const content = (kept === undefined ? undefined : await contentInFile(bundle, kept)) ?? original.content;
    const aliases = aliasesOf(event, original);
    const uri = stringMember(content, "url") ?? stringMember(objectMember(content, "file"), "url");
    const sha256 = uri === undefined ? undefined : files.get(aliases.get(uri) ?? uri);
    yield {
      original: { ...original, content },
      author: profiles.authorOf(original),
      ...(original.redaction && { remover: profiles.authorOf(original.redaction) }),
      ...(sha256 !== undefined && { file: `media/${sha256}/${bundle.mediaFileName(sha256)}` }),
    };
  }
}
