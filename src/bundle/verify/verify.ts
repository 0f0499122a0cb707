import { createHash } from "node:crypto";
import type { ArchiveEntry } from "../archive/archive-directory.ts";
import { bundleEntries } from "../archive/bundle-layout.ts";
import type { Fault, FaultCode } from "../faults.ts";
import { contentInFile } from "../content-file.ts";
import type { BundleEvent } from "../manifest/manifest.ts";
import { Accounts } from "./accounts.ts";
import { FaultList } from "./fault-list.ts";
import { openArchive, type OpenArchive } from "../open-bundle.ts";
import { isSignatureOf } from "../public-keys.ts";
import { readSignature, type BundleSignature } from "../signature.ts";
import { fileChunks, sha256Of } from "./hash-chunks.ts";
import { DecryptionVerifier, type VerifiedDecryption } from "./verify-decryption.ts";
import { EventVerifier } from "./verify-events.ts";
import { verifyHead } from "./verify-head.ts";
import { StateVerifier } from "./verify-state.ts";

/** So many bytes of a file are read at once. */
const CHUNK = 1024 * 1024;

export interface Verification {
  ok: boolean;
  /** the first hundred */
  faults: Fault[];
  fault_count: number;
  /** of the archive, hexadecimal */
  sha256: string;
  /** of the archive, bytes */
  size: number;
  /** of `manifest.json`, hexadecimal; null where it cannot be read to its end */
  manifest_sha256: string | null;
  /** the right one for this manifest, by a key that may be anybody's; null where there is none */
  signature: Pick<BundleSignature, "key_id" | "public_key"> | null;
  /** what was decrypted after the export; null where nothing was */
  decryption: VerifiedDecryption | null;
  /** what was met; relations are counted where they have a target, `targets_outside` are events that are not in the bundle */
  events: number;
  redacted: number;
  relations: number;
  targets_outside: number;
  media_files: number;
  media_bytes: number;
  senders: number;
  ledger: number;
}

/** Bytes that have been checked, of all. */
export type Progress = (done: number, total: number) => void;

export interface VerifyOptions {
  onProgress?: Progress;
}

/**
 * Checks a bundle whole: the archive, the shape of everything in the manifest, the hash of every file, and that all parts agree.
 * Bounded memory whatever the file holds. Rejects only where the file cannot be read from disk.
 */
export async function verifyBundle(file: string, { onProgress }: VerifyOptions = {}): Promise<Verification> {
  const reading = verifying(file, onProgress);
  for (;;) {
    const { done, value } = await reading.next();
    if (done) return value;
  }
}

/**
 * The same, giving the events as it reads them, for those who need both, those before the place where the manifest cannot be read any
 * further; only what it says at the end makes them a sound bundle's.
 */
export async function* verifying(
  file: string,
  onProgress?: Progress,
): AsyncGenerator<BundleEvent[], Verification, undefined> {
  const faults = new FaultList();
  const met = { events: 0, redacted: 0, relations: 0, targets_outside: 0 };
  const contents = { media_files: 0, media_bytes: 0, senders: 0, ledger: 0 };
  let manifestSha256: string | undefined;
  let signature: Verification["signature"] = null;
  const tracked = new Tracker(onProgress);
  // all files are read in it, one after the other
  const memory = Buffer.allocUnsafeSlow(CHUNK);
  let decryption: Verification["decryption"] = null;
  let bundle: OpenArchive | undefined;
  try {
    // the state is checked as it is read, and needed no more
    const state = new StateVerifier(faults);
    bundle = await openArchive(file, {
      keepsState: () => false,
      eachState: (event, source) => state.take(event, source),
    });
    const { head, archive } = bundle;
    const { manifest, viewer, media } = bundleEntries(archive.directory);
    const entries = [...media].filter(([sha256]) => head.media.has(sha256));
    tracked.total = archive.size + (manifest?.size ?? 0) + entries.reduce((sum, [, { size }]) => sum + size, 0);
    for (const found of bundle.faults) faults.push(found);
    const accounts = new Accounts(head);
    verifyHead(head, accounts, faults);
    state.finish(head, accounts);
    contents.senders = head.senders.size;
    contents.ledger = head.ledger.length;
    const opened = new DecryptionVerifier(head, accounts, faults);
    const verifier = new EventVerifier(head, accounts, state, opened, faults);
    const read = yield* verifyEvents(bundle, verifier, opened, faults);
    Object.assign(met, read.summary);
    manifestSha256 = read.manifestSha256;
    if (manifestSha256 !== undefined) decryption = opened.finish();
    signature = verifySignature(archive.comment, manifestSha256, faults);
    tracked.add(manifest?.size ?? 0);
    if (head.viewer && viewer?.size === head.viewer.size)
      await verifyViewer(bundle, head.viewer.sha256, viewer, faults, tracked, memory);
    for (const [sha256, entry] of entries) {
      contents.media_files++;
      contents.media_bytes += await verifyFile(bundle, sha256, entry, faults, tracked, memory);
    }
    for (const sha256 of verifier.contentFiles)
      if (faults.total === 0 && !(await contentInFile(bundle, sha256))) faults.add("origin_invalid", `media/${sha256}`);
    const contradiction = faults.total === 0 ? await archive.contradiction() : undefined;
    if (contradiction) faults.add(contradiction);
  } catch (error) {
    faults.caught(error);
  } finally {
    await bundle?.close();
  }
  let size = 0;
  const sha256 = await sha256Of(fileChunks(file, memory), (bytes) => {
    size += bytes;
    tracked.add(bytes);
  });
  const found = { ok: faults.total === 0, faults: faults.first, fault_count: faults.total };
  return {
    ...found,
    sha256,
    size,
    manifest_sha256: manifestSha256 ?? null,
    signature,
    decryption,
    ...met,
    ...contents,
  };
}

/** `manifestSha256`: undefined where the manifest cannot be read to its end */
async function* verifyEvents(
  bundle: OpenArchive,
  verifier: EventVerifier,
  decryption: DecryptionVerifier,
  faults: FaultList,
): AsyncGenerator<BundleEvent[], { summary: EventVerifier["summary"]; manifestSha256: string | undefined }, undefined> {
  const hash = createHash("sha256");
  let manifestSha256: string | undefined;
  try {
    const passing = (chunk: Buffer): void => {
      hash.update(chunk);
      decryption.pass(chunk);
    };
    for await (const batch of bundle.eventBatches(passing)) {
      for (const event of batch) verifier.event(event);
      yield batch;
    }
    manifestSha256 = hash.digest("hex");
    verifier.finish();
  } catch (error) {
    faults.caught(error);
  }
  return { summary: verifier.summary, manifestSha256 };
}

/** Whose key it is, is not for a bundle to say: its reader knows, or does not. */
function verifySignature(
  comment: Buffer,
  manifestSha256: string | undefined,
  faults: FaultList,
): Verification["signature"] {
  try {
    const signature = readSignature(comment);
    if (!signature || manifestSha256 === undefined) return null;
    const { key_id, public_key } = signature;
    if (isSignatureOf(signature, "bundle manifest.json", manifestSha256)) return { key_id, public_key };
    faults.add("signature_invalid");
  } catch (error) {
    faults.caught(error);
  }
  return null;
}

async function verifyViewer(
  bundle: OpenArchive,
  sha256: string,
  entry: ArchiveEntry,
  faults: FaultList,
  tracked: Tracker,
  memory: Buffer,
): Promise<void> {
  tracked.total += entry.size;
  await verifyFile(bundle, sha256, entry, faults, tracked, memory, "viewer_mismatch");
}

/** Gives the number of bytes read. */
async function verifyFile(
  { archive }: OpenArchive,
  sha256: string,
  entry: ArchiveEntry,
  faults: FaultList,
  tracked: Tracker,
  memory: Buffer,
  otherwise: FaultCode = "media_hash",
): Promise<number> {
  let size = 0;
  try {
    const found = await sha256Of(archive.read(entry, memory), (bytes) => {
      size += bytes;
      tracked.add(bytes);
    });
    if (found !== sha256) faults.add(otherwise, entry.place);
  } catch (error) {
    faults.caught(error);
  }
  return size;
}

class Tracker {
  total = 0;
  #done = 0;
  readonly #report: Progress | undefined;

  constructor(report: Progress | undefined) {
    this.#report = report;
  }

  add(bytes: number): void {
    this.#done += bytes;
    this.#report?.(this.#done, Math.max(this.total, this.#done));
  }
}
