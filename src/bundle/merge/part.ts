import { sameJson } from "../../matrix/json.ts";
import { sinceBundle, type SinceBundle } from "../bookmark.ts";
import type { CoverageLimit } from "../manifest/manifest.ts";
import type { OpenArchive } from "../open-bundle.ts";

/** The bundles do not belong together; the message says why, in one sentence that names the place of a bundle in the list. */
export class MergeError extends Error {}

/** A bundle that goes on from the one before it. */
export interface Increment {
  bundle: OpenArchive;
  since: SinceBundle;
}

/** A whole bundle and what goes on from it, in order. */
export interface Parts {
  base: OpenArchive;
  increments: readonly Increment[];
}

/** These say which part of a room was asked for; the others what could be seen of it. */
const ASKED_FOR = ["senders", "thread", "date_range", "media"];

/** Holds the heads of the bundles against each other. @throws MergeError */
export function partsOf([base, ...others]: readonly OpenArchive[]): Parts {
  if (!base) throw new MergeError("there is no bundle to begin with");
  if (isIncrement(base)) throw new MergeError("bundle 1 goes on from an earlier one: begin with that one");
  const increments = others.map((bundle, index): Increment => {
    const name = `bundle ${String(index + 2)}`;
    const { source, coverage } = bundle.head;
    if (source.room_id !== base.head.source.room_id || source.server_name !== base.head.source.server_name)
      throw new MergeError(`${name} is of another room than bundle 1`);
    if (!isIncrement(bundle))
      throw new MergeError(`${name} does not go on from an earlier bundle: it stands by itself`);
    const since = sinceBundle(coverage);
    if (!since) throw new MergeError(`${name} does not say from which bundle it goes on`);
    if (!sameJson(askedFor(coverage.limits), askedFor(base.head.coverage.limits)))
      throw new MergeError(`${name} is of another part of the room than bundle 1`);
    return { bundle, since };
  });
  return { base, increments };
}

function isIncrement({ head }: OpenArchive): boolean {
  return head.coverage.limits.some(({ kind }) => kind === "since_bundle");
}

/** The limits that say which part of a room was asked for. */
export function askedFor(limits: readonly CoverageLimit[]): CoverageLimit[] {
  return limits.filter((limit) => ASKED_FOR.includes(limit.kind) && limit["excluded"] === undefined);
}
