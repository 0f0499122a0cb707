import { serverOf } from "../../matrix/ids.ts";
import { IMPORTED_SENDER } from "../../matrix/names.ts";
import { BookmarkTally } from "../bookmark.ts";
import type { BundleEvent, ManifestHead } from "../manifest/manifest.ts";
import { MergeError, type Increment, type Parts } from "./part.ts";

/** Events that an increment hands out at once. */
const BATCH = 500;

/**
 * The events of the whole, oldest first: those of the first bundle, each as the last increment that holds it again has it, and those
 * that each increment adds. Can be called again. @throws MergeError where they do not fit; BundleError
 */
export function joinedEvents({ base, increments }: Parts): AsyncIterable<BundleEvent[]> {
  const { senders, source } = (increments.at(-1)?.bundle ?? base).head;
  const joined = increments.reduce<AsyncIterable<BundleEvent[]>>(
    (earlier, increment, index) => goneOn(earlier, increment, `bundle ${String(index + 2)}`),
    base.eventBatches(),
  );
  return withProfiles(joined, senders, source.server_name);
}

async function* goneOn(
  earlier: AsyncIterable<BundleEvent[]>,
  { bundle, since }: Increment,
  name: string,
): AsyncGenerator<BundleEvent[], void, undefined> {
  const own = bundle.events()[Symbol.asyncIterator]();
  try {
    let changesLeft = since.changed;
    const nextChange = async (): Promise<BundleEvent | undefined> =>
      changesLeft-- > 0 ? ((await own.next()).value as BundleEvent | undefined) : undefined;
    const tally = new BookmarkTally();
    let change = await nextChange();
    for await (const batch of earlier) {
      const out: BundleEvent[] = [];
      for (const event of batch) {
        tally.pass(event.event_id);
        if (event.event_id !== change?.event_id) {
          out.push(event);
          continue;
        }
        out.push(change);
        change = await nextChange();
      }
      yield out;
    }
    const end = tally.bookmark(since.manifest_sha256);
    if (end?.event_id !== since.event_id || end.events !== since.events || end.ids_sum !== since.ids_sum)
      throw new MergeError(`${name} does not go on where the one before it ends`);
    if (change) throw new MergeError(`${name} changes an event that is in none before it`);
    let rest: BundleEvent[] = [];
    for (let next = await own.next(); next.done !== true; next = await own.next())
      if (rest.push(next.value) === BATCH) {
        yield rest;
        rest = [];
      }
    yield rest;
  } finally {
    await own.return?.();
  }
}

/** A name or avatar of a user of another server is that of the last export, wherever it stands. */
async function* withProfiles(
  batches: AsyncIterable<BundleEvent[]>,
  senders: ManifestHead["senders"],
  serverName: string,
): AsyncGenerator<BundleEvent[], void, undefined> {
  for await (const batch of batches)
    yield batch.map((event) => {
      const author = serverOf(event.sender) === serverName ? undefined : senders.get(event.sender)?.[IMPORTED_SENDER];
      return author ? { ...event, [IMPORTED_SENDER]: author } : event;
    });
}
