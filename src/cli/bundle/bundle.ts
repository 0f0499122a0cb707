import { diffBundles } from "../../bundle/diff/diff.ts";
import { BundleError } from "../../bundle/faults.ts";
import { summarizeBundle } from "../../bundle/summarize.ts";
import { summaryText } from "../../bundle/summary-text.ts";
import { verifyBundle } from "../../bundle/verify/verify.ts";
import { isCollection } from "../../collections/open-collection.ts";
import { CliError, EXIT } from "../exit.ts";
import { keysOf } from "../known-keys.ts";
import type { Output } from "../output.ts";
import { bytes, startProgress } from "../progress.ts";
import type { World } from "../world.ts";
import { diffAll } from "./collection/diff-all.ts";
import { count } from "./collection/reading.ts";
import { showAll } from "./collection/show-all.ts";
import { verifyAll } from "./collection/verify-all.ts";
import { decryptionWords, isBy, signatureWords } from "./signature-words.ts";

/**
 * Checks a bundle whole. @throws CliError where it is not sound, or not signed with a key that is asked for
 * @param key a file with ed25519 public keys, or one in base64
 */
export async function verify(file: string, key: string | undefined, world: World, output: Output): Promise<void> {
  const keys = key === undefined ? undefined : await keysOf(key);
  if (await isCollection(file)) {
    await verifyAll(file, keys, world, output);
    return;
  }
  const progress = startProgress(world, output, "Verifying", (done, total) => `${bytes(done)} of ${bytes(total ?? 0)}`);
  const found = await verifyBundle(file, { onProgress: progress.update }).finally(progress.stop);
  const contents = [
    `${file} is sound.`,
    `${count(found.events, "event")} (${found.redacted} redacted), ${count(found.relations, "relation")}, ${count(found.senders, "sender")}`,
    `${count(found.media_files, "media file")} of ${bytes(found.media_bytes)}; entries in the ledger: ${found.ledger}`,
    `SHA-256 ${found.sha256}`,
    found.decryption ? decryptionWords(found.decryption, keys) : signatureWords(found.signature, keys),
  ];
  const faults = found.faults.map((fault) => ["fault", fault.code, fault.where, fault.event_id, fault.message]);
  output.result((found.ok ? contents : faults.map(line)).join("\n"), found);
  if (!found.ok) throw new CliError(EXIT.failed, `${file} is not sound: ${count(found.fault_count, "fault")}`);
  const signature = found.decryption?.signature ?? found.signature;
  if (!keys || isBy(signature, keys)) return;
  const what = signature ? `signed with another key, ${signature.key_id}` : "not signed";
  throw new CliError(EXIT.failed, `${file} is ${what}`);
}

/** Says what is in a bundle, without verifying it. */
export async function show(file: string, output: Output): Promise<void> {
  if (await isCollection(file)) {
    await showAll(file, output);
    return;
  }
  const summary = await summarizeBundle(file).catch((error: unknown) => {
    throw error instanceof BundleError ? new CliError(EXIT.failed, `${file}: ${error.message} [${error.code}]`) : error;
  });
  output.result(summaryText(summary).trimEnd(), summary);
}

/** Compares what two bundles, or collections of them, say. @throws CliError where they differ */
export async function diff(fileA: string, fileB: string, world: World, output: Output): Promise<void> {
  if ((await isCollection(fileA)) || (await isCollection(fileB))) {
    await diffAll(fileA, fileB, world, output);
    return;
  }
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
