import { BundleError } from "../faults.ts";
import { JsonSplitter, type MemberRule, type SplitterSink } from "./json-splitter.ts";
import { MAX_MANIFEST_BYTES, MAX_MEMBERS, MAX_UNKNOWN_WEIGHT, VALUE_BYTES } from "../limits.ts";
import { HeadBuilder, memberRule, parseEvent, parseText } from "./manifest-head.ts";
import type { BundleEvent, ManifestHead } from "./manifest.ts";

/**
 * Reads all of a manifest but its events, keeping the state events of some types. Stops where the events begin if everything else
 * came before them; `withViewer`: the viewer, too, is to be among it.
 * @throws BundleError
 */
export async function readHead(
  manifest: AsyncIterable<Buffer>,
  keepsState: (type: string) => boolean,
  withViewer = false,
): Promise<{ head: ManifestHead; seen: ReadonlySet<string> }> {
  const builder = new HeadBuilder(keepsState);
  const state = { enough: false };
  const sink: SplitterSink = {
    rule(name): MemberRule {
      if (state.enough) return { ...memberRule(name), skip: true };
      builder.begin(name);
      if (name === "events" && builder.complete && (!withViewer || builder.seen.has("viewer"))) state.enough = true;
      return { ...memberRule(name), skip: name === "events" };
    },
    text(name, key, json, members): void {
      builder.text(name, key, json, members);
    },
  };
  const splitter = new JsonSplitter(sink);
  for await (const chunk of bounded(manifest)) {
    splitter.write(chunk);
    if (state.enough) break;
  }
  if (!state.enough) splitter.end();
  if (!builder.seen.has("events")) throw new BundleError("member_missing", "/events");
  return { head: builder.finish(), seen: builder.seen };
}

/**
 * Reads the events of a manifest, in order, as many at a time as its bytes arrive; and the rest of the document, as far as
 * `readHead` has not seen it.
 * @throws BundleError
 */
export async function* readEvents(
  manifest: AsyncIterable<Buffer>,
  seen: ReadonlySet<string>,
): AsyncGenerator<BundleEvent[], void, undefined> {
  let batch: BundleEvent[] = [];
  const again = new Set<string>();
  let unknownWeight = 0;
  const splitter = new JsonSplitter({
    rule(name): MemberRule {
      if (again.has(name)) throw new BundleError("member_duplicate", "/");
      again.add(name);
      if (again.size > MAX_MEMBERS) throw new BundleError("manifest_too_large");
      return { ...memberRule(name), skip: name !== "events" && seen.has(name) };
    },
    text(name, key, json, members): void {
      if (name === "events") {
        batch.push(parseEvent(json, key as number, members));
        return;
      }
      unknownWeight += Buffer.byteLength(json) + VALUE_BYTES * parseText(json, "/", members).values;
      if (unknownWeight > MAX_UNKNOWN_WEIGHT) throw new BundleError("manifest_too_large");
    },
  });
  for await (const chunk of bounded(manifest)) {
    splitter.write(chunk);
    if (batch.length === 0) continue;
    yield batch;
    batch = [];
  }
  splitter.end();
}

async function* bounded(manifest: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let bytes = 0;
  for await (const chunk of manifest) {
    bytes += chunk.length;
    if (bytes > MAX_MANIFEST_BYTES) throw new BundleError("manifest_too_large");
    yield chunk;
  }
}
