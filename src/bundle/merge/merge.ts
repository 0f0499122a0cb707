import type { Writable } from "node:stream";
import { asExported } from "../decrypted/as-exported.ts";
import { BundleError } from "../faults.ts";
import { eventLine } from "../manifest/manifest-lines.ts";
import type { BundleEvent } from "../manifest/manifest.ts";
import { Census } from "./census.ts";
import { joinedEvents } from "./joined-events.ts";
import { mergedHead, sendersOfWhole } from "./merged-head.ts";
import { mergedMedia } from "./merged-media.ts";
import { MergeError, partsOf } from "./part.ts";
import { openArchive, type OpenArchive } from "../open-bundle.ts";
import { verifyBundle } from "../verify/verify.ts";
import { writeBundle, type WrittenBundle } from "../write-bundle.ts";

export { MergeError } from "./part.ts";

/** Gives what `write` is to write to, and passes its result on: nothing is begun before it is known that all fits. */
type Writing = (write: (out: Writable) => Promise<WrittenBundle>) => Promise<WrittenBundle>;

export interface MergedBundle extends WrittenBundle {
  /** places in the list, from 1 on, of bundles whose plain text is not in the whole */
  decrypted: number[];
}

export interface MergeOptions {
  /** decrypted bundles are merged as they were exported (default: they are refused, for their plain text would be lost) */
  asExported?: boolean;
}

/**
 * Joins a bundle and those that go on from it, in order, into what an export of the whole would have given at the time of the last
 * one. All are verified first. Reads streams, several times; holds no more than the heads. The whole is not signed.
 * @throws MergeError where one is not sound or they do not fit, mostly before anything is written
 */
export async function mergeBundles(
  files: readonly string[],
  writing: Writing,
  options: MergeOptions = {},
): Promise<MergedBundle> {
  for (const [index, file] of files.entries()) {
    const { faults } = await verifyBundle(file);
    if (faults[0])
      throw new MergeError(`bundle ${String(index + 1)} is not sound: ${faults[0].message} [${faults[0].code}]`);
  }
  const opened: OpenArchive[] = [];
  try {
    const decrypted: number[] = [];
    for (const [index, file] of files.entries()) {
      const bundle = await openArchive(file);
      opened.push(asExported(bundle));
      if (bundle.head.decryption) decrypted.push(index + 1);
    }
    if (decrypted[0] !== undefined && options.asExported !== true)
      throw new MergeError(
        `bundle ${String(decrypted[0])} was decrypted: merge the bundles as they were exported, then decrypt the whole`,
      );
    const parts = partsOf(opened);
    const last = (opened.at(-1) ?? parts.base).head;
    const census = new Census(last);
    for await (const batch of joinedEvents(parts)) for (const event of batch) census.event(event);
    census.beside(last.state, sendersOfWhole(opened, census));
    const merged = mergedMedia(opened, census);
    const head = mergedHead(opened, last, census, merged);
    const content = { head, events: linesOf(joinedEvents(parts)), media: merged.files };
    return { ...(await writing((out) => writeBundle(out, content))), decrypted };
  } catch (error) {
    // it was sound a moment ago
    throw error instanceof BundleError ? new MergeError(error.message) : error;
  } finally {
    for (const bundle of opened) await bundle.close();
  }
}

async function* linesOf(batches: AsyncIterable<BundleEvent[]>): AsyncGenerator<Buffer, void, undefined> {
  for await (const batch of batches) yield Buffer.from(batch.map(eventLine).join(""));
}
