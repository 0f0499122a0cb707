import type { JsonValue } from "../../matrix/json.ts";
import { BundleError } from "../faults.ts";
import { JsonSplitter, type MemberRule, type SplitterSink } from "./json-splitter.ts";
import { MAX_MANIFEST_BYTES, MAX_MEMBERS, MAX_UNKNOWN_WEIGHT, VALUE_BYTES } from "../limits.ts";
import { CRITICAL, HeadBuilder, memberRule, parseEvent, parseText, refuseExtensions } from "./manifest-head.ts";
import type { StateListener } from "./manifest-head.ts";
import type { BundleEvent, ManifestHead } from "./manifest.ts";
import { expectShape, shapes } from "./schema.ts";

/** A head, and what was seen on the way to it. */
interface SeenHead {
  head: ManifestHead;
  /** names of members */
  seen: ReadonlySet<string>;
  /** of the members that nobody knows */
  unknownWeight: number;
}

interface HeadOptions {
  /** of which types to keep the state events */
  keepsState: (type: string) => boolean;
  eachState?: StateListener | undefined;
  /** the viewer, too, is to be among it */
  withViewer: boolean;
}

/**
 * Reads all of a manifest but its events. Stops where the events begin if everything else came before them.
 * @throws BundleError
 */
export async function readHead(
  manifest: AsyncIterable<Buffer>,
  { keepsState, eachState, withViewer }: HeadOptions,
): Promise<SeenHead> {
  const builder = new HeadBuilder(keepsState, eachState);
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
  return { head: builder.finish(), seen: builder.seen, unknownWeight: builder.unknownWeight };
}

/**
 * Reads the events of a manifest, in order, as many at a time as its bytes arrive; and the rest of the document, as far as
 * `readHead` has not seen it.
 * @throws BundleError
 */
export async function* readEvents(
  manifest: AsyncIterable<Buffer>,
  { seen, unknownWeight: earlierWeight }: Pick<SeenHead, "seen" | "unknownWeight">,
): AsyncGenerator<BundleEvent[], void, undefined> {
  let batch: BundleEvent[] = [];
  const again = new Set<string>();
  let unknownWeight = earlierWeight;
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
      const { value, values } = parseText(json, "/", members);
      if (name === CRITICAL) refuseExtensions(value);
      // where the archive has such a page, the head was read as far as this
      if (name === "viewer") refuseViewer(value);
      // what it changes stands before the events, and so must it
      if (name === "decryption") throw new BundleError("decryption_invalid", "/decryption");
      unknownWeight += Buffer.byteLength(json) + VALUE_BYTES * values;
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

/** @throws BundleError member_shape, viewer_mismatch */
function refuseViewer(viewer: JsonValue): never {
  expectShape(shapes.viewer, viewer, "/viewer");
  throw new BundleError("viewer_mismatch", "viewer.html");
}

async function* bounded(manifest: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let bytes = 0;
  for await (const chunk of manifest) {
    bytes += chunk.length;
    if (bytes > MAX_MANIFEST_BYTES) throw new BundleError("manifest_too_large");
    yield chunk;
  }
}
