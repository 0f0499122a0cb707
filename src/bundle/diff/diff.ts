import { BundleError } from "../faults.ts";
import type { BundleEvent } from "../manifest/manifest.ts";
import { joinBundles } from "../joined/join-bundles.ts";
import { openArchive, type OpenArchive } from "../open-bundle.ts";
import { verifying, type Verification } from "../verify/verify.ts";
import { align } from "./align.ts";
import { PairComparison, type Compared } from "./compare-pair.ts";
import { Differences, type Difference } from "./difference.ts";
import { InStep } from "./in-step.ts";
import { Side, type Item } from "./side.ts";

export type { Difference, DifferenceKind } from "./difference.ts";

export interface BundleDiff {
  equivalent: boolean;
  /** the first thousand */
  differences: Difference[];
  difference_count: number;
  /** how much was held against each other */
  compared: Compared;
}

/**
 * Do two bundles hold the same conversation? Compared is each event's original form, so that the export of an imported room can be
 * held against the export it came from: order, authors, types, times, contents, relations, redactions, files and what the room is
 * called. Both bundles are verified first: what is broken is not equivalent to anything. Reads streams; keeps indexes only.
 * Rejects where a file cannot be read from disk.
 */
export function diffBundles(fileA: string, fileB: string): Promise<BundleDiff> {
  return diffConversations([fileA], [fileB]);
}

/** The same where a conversation goes on from one room to the next: its bundles, oldest first, at least one. */
export async function diffConversations(filesA: readonly string[], filesB: readonly string[]): Promise<BundleDiff> {
  const found = new Differences();
  let compared: Compared = { events: 0, relations: 0, redactions: 0, media: 0 };
  const sides: (Side | undefined)[] = [];
  let inStep: InStep | undefined;
  try {
    const a = await verifiedSide("first", filesA, found);
    sides.push(a);
    const b = await verifiedSide("second", filesB, found, async (side, items) => {
      if (a) await (inStep ??= new InStep(a, side)).take(items);
    });
    sides.push(b);
    if (a && b) compared = await compare(a, b, await inStep?.end(), found);
  } catch (error) {
    // what cannot be read: the verification has said so
    if (!(error instanceof BundleError)) throw error;
  } finally {
    await inStep?.leave();
    for (const side of sides) await side?.bundle.close();
  }
  return { equivalent: found.total === 0, differences: found.first, difference_count: found.total, compared };
}

/**
 * Verifies bundles and indexes them in one reading. Undefined: one cannot be read to its end, as its faults say.
 * @param take gets what was read, in order, as soon as it is in the indexes
 */
async function verifiedSide(
  name: string,
  files: readonly string[],
  found: Differences,
  take?: (side: Side, items: readonly Item[]) => Promise<void>,
): Promise<Side | undefined> {
  const bundles: OpenArchive[] = [];
  let side: Side | undefined;
  try {
    for (const file of files) {
      const bundle = await openArchive(file).catch((error: unknown) => {
        if (error instanceof BundleError) return undefined;
        throw error;
      });
      if (bundle) bundles.push(bundle);
    }
    const reading = bundles.length === files.length ? new Side(joinBundles(bundles)) : undefined;
    let readable = reading !== undefined;
    for (const file of files) {
      let verified: Verification | undefined;
      for await (const events of verifiedEvents(file, (verification) => (verified = verification))) {
        const items = reading?.index(events);
        if (reading && items) await take?.(reading, items);
      }
      const { faults = [], manifest_sha256: manifest = null } = verified ?? {};
      for (const { message, where, event_id } of faults)
        found.add("fault", `The ${name} bundle: ${message}${where === undefined ? "" : ` (${where})`}`, event_id);
      readable &&= manifest !== null;
    }
    if (readable) side = reading;
    return side;
  } finally {
    if (!side) for (const bundle of bundles) await bundle.close();
  }
}

async function* verifiedEvents(
  file: string,
  end: (verification: Verification) => void,
): AsyncGenerator<BundleEvent[], void, undefined> {
  end(yield* verifying(file));
}

/** @param inStep what was found already, where both hold the same events in the same order */
async function compare(
  a: Side,
  b: Side,
  inStep: { compared: Compared; found: Differences } | undefined,
  found: Differences,
): Promise<Compared> {
  if (inStep) {
    found.addAll(inStep.found);
    compareRooms(a, b, new Set(), found);
    return inStep.compared;
  }
  const pairs = new PairComparison(a, b, found);
  const later = new Set<string>();
  const onlyIn = (item: Item, side: Side, other: Side, kind: "event_missing" | "event_added"): void => {
    if (side.isLater(item, other)) later.add(item.original.type);
    else if (!isAccountedFor(item, other)) found.add(kind, MESSAGES[kind], item.original.eventId);
  };
  for await (const steps of align(a, b))
    for (const step of steps) {
      if (step.kind === "only_a") onlyIn(step.a, a, b, "event_missing");
      else if (step.kind === "only_b") onlyIn(step.b, b, a, "event_added");
      else if (step.kind === "not_compared")
        found.add("order", `${step.count} more events stand in another place; they were not compared.`);
      else {
        if (!step.inOrder) found.add("order", "The event stands in another place.", step.a.original.eventId);
        const comparing = pairs.compare(step.a, step.b);
        // most need no file, and to wait for nothing takes its time, too
        if (comparing) await comparing;
      }
    }
  compareRooms(a, b, later, found);
  return pairs.compared;
}

const MESSAGES = {
  event_missing: "The event is in the first bundle only.",
  event_added: "The event is in the second bundle only.",
};

/**
 * A redaction that was not among the events at the source, only in what it redacted, is an event after the import; the notice of a
 * slice becomes an ordinary message in the next generation.
 */
function isAccountedFor({ original }: Item, other: Side): boolean {
  const isRedaction = original.imported && original.type === "m.room.redaction";
  return (isRedaction && other.redactions.has(original.eventId)) || other.leftOut.has(original.eventId);
}

function compareRooms(a: Side, b: Side, later: ReadonlySet<string>, found: Differences): void {
  const differ = (what: string): void => found.add("room", `The room's ${what} differs.`);
  const [one, two] = [a.head.room, b.head.room];
  if ((one.type === "space") !== (two.type === "space")) differ("type (a space or not)");
  if ((one.name ?? "") !== (two.name ?? "") && !later.has("m.room.name")) differ("name");
  if ((one.topic ?? "") !== (two.topic ?? "") && !later.has("m.room.topic")) differ("topic");
  const [avatarA, avatarB] = [one.avatar ?? "", two.avatar ?? ""];
  const sameAvatar = Boolean(avatarA) === Boolean(avatarB) && a.fileOf(avatarA) === b.fileOf(avatarB);
  if (!sameAvatar && !later.has("m.room.avatar")) differ("avatar");
}
