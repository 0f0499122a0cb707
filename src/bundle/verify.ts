import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { ArchiveEntry } from "./archive-directory.ts";
import type { Fault } from "./faults.ts";
import { FaultList } from "./fault-list.ts";
import { openArchive, type OpenArchive } from "./open-bundle.ts";
import { EventVerifier } from "./verify-events.ts";
import { verifyHead } from "./verify-head.ts";

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

/**
 * Checks a bundle whole: the archive, the shape of everything in the manifest, the hash of every file, and that all parts agree.
 * Bounded memory whatever the file holds. Rejects only where the file cannot be read from disk.
 */
export async function verifyBundle(file: string, options: { onProgress?: Progress } = {}): Promise<Verification> {
  const faults = new FaultList();
  const met = { events: 0, redacted: 0, relations: 0, targets_outside: 0 };
  const contents = { media_files: 0, media_bytes: 0, senders: 0, ledger: 0 };
  const tracked = new Tracker(options.onProgress);
  let bundle: OpenArchive | undefined;
  try {
    bundle = await openArchive(file);
    const { head, archive } = bundle;
    const { manifest, media } = archive.directory;
    const entries = [...media].filter(([sha256]) => head.media.has(sha256));
    tracked.total = archive.size + (manifest?.size ?? 0) + entries.reduce((sum, [, { size }]) => sum + size, 0);
    for (const found of bundle.faults) faults.push(found);
    verifyHead(head, faults);
    contents.senders = head.senders.size;
    contents.ledger = head.ledger.length;
    Object.assign(met, await verifyEvents(bundle, faults));
    tracked.add(manifest?.size ?? 0);
    for (const [sha256, entry] of entries) {
      contents.media_files++;
      contents.media_bytes += await verifyFile(bundle, sha256, entry, faults, tracked);
    }
  } catch (error) {
    faults.caught(error);
  } finally {
    await bundle?.close();
  }
  const { sha256, size } = await digest(file, tracked);
  return { ok: faults.total === 0, faults: faults.first, fault_count: faults.total, sha256, size, ...met, ...contents };
}

async function verifyEvents(bundle: OpenArchive, faults: FaultList): Promise<EventVerifier["summary"]> {
  const verifier = new EventVerifier(bundle.head, faults);
  try {
    for await (const batch of bundle.eventBatches()) for (const event of batch) verifier.event(event);
    verifier.finish();
  } catch (error) {
    faults.caught(error);
  }
  return verifier.summary;
}

/** Gives the number of bytes read. */
async function verifyFile(
  { archive }: OpenArchive,
  sha256: string,
  entry: ArchiveEntry,
  faults: FaultList,
  tracked: Tracker,
): Promise<number> {
  const hash = createHash("sha256");
  let size = 0;
  try {
    for await (const chunk of archive.read(entry)) {
      hash.update(chunk);
      size += chunk.length;
      tracked.add(chunk.length);
    }
    if (hash.digest("hex") !== sha256) faults.add("media_hash", entry.place);
  } catch (error) {
    faults.caught(error);
  }
  return size;
}

async function digest(file: string, tracked: Tracker): Promise<{ sha256: string; size: number }> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
    tracked.add(chunk.length);
  }
  return { sha256: hash.digest("hex"), size };
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
