import { diffBundles } from "../bundle/diff.ts";
import { BundleError } from "../bundle/faults.ts";
import { summarizeBundle } from "../bundle/summarize.ts";
import { summaryText } from "../bundle/summary-text.ts";
import { verifyBundle } from "../bundle/verify.ts";
import { CliError, EXIT } from "./exit.ts";
import type { Output } from "./output.ts";
import { bytes, startProgress } from "./progress.ts";
import type { World } from "./world.ts";

/** Checks a bundle whole. @throws CliError where it is not sound */
export async function verify(file: string, world: World, output: Output): Promise<void> {
  const progress = startProgress(world, output, "Verifying", (done, total) => `${bytes(done)} of ${bytes(total ?? 0)}`);
  const found = await verifyBundle(file, { onProgress: progress.update }).finally(progress.stop);
  const contents = [
    `${file} is sound.`,
    `${count(found.events, "event")} (${found.redacted} redacted), ${count(found.relations, "relation")}, ${count(found.senders, "sender")}`,
    `${count(found.media_files, "media file")} of ${bytes(found.media_bytes)}; entries in the ledger: ${found.ledger}`,
    `SHA-256 ${found.sha256}`,
  ];
  const faults = found.faults.map((fault) => ["fault", fault.code, fault.where, fault.event_id, fault.message]);
  output.result((found.ok ? contents : faults.map(line)).join("\n"), found);
  if (!found.ok) throw new CliError(EXIT.failed, `${file} is not sound: ${count(found.fault_count, "fault")}`);
}

/** Says what is in a bundle, without verifying it. */
export async function show(file: string, output: Output): Promise<void> {
  const summary = await summarizeBundle(file).catch((error: unknown) => {
    throw error instanceof BundleError ? new CliError(EXIT.failed, `${file}: ${error.message} [${error.code}]`) : error;
  });
  output.result(summaryText(summary).trimEnd(), summary);
}

/** Compares what two bundles say. @throws CliError where they differ */
export async function diff(fileA: string, fileB: string, world: World, output: Output): Promise<void> {
  const progress = startProgress(world, output, "Comparing", () => "both bundles");
  const found = await diffBundles(fileA, fileB).finally(progress.stop);
  const { events, relations, redactions, media } = found.compared;
  const same = `The bundles are equivalent. Compared: ${[count(events, "event"), count(relations, "relation"), count(redactions, "redaction"), count(media, "media file")].join(", ")}`;
  const differences = found.differences.map(({ kind, event_id, message }) => line([kind, event_id, message]));
  output.result(found.equivalent ? same : differences.join("\n"), found);
  if (!found.equivalent)
    throw new CliError(EXIT.failed, `the bundles are not equivalent: ${count(found.difference_count, "difference")}`);
}

function line(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join("  ");
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}
