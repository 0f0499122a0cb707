import { stat } from "node:fs/promises";
import { safeFileName } from "../bundle/archive/safe-file-name.ts";
import { BundleError } from "../bundle/faults.ts";
import type { Counts, LedgerEntry } from "../bundle/manifest/manifest.ts";
import { openBundle } from "../bundle/open-bundle.ts";
import type { JsonObject } from "../matrix/json.ts";

/** Kinds of entries that a report tells of; the bundle has all of them. */
const MOST_ENTRIES = 100;

/**
 * What is told of a bundle, before anybody imports it: `{program, file_name, size, room, counts, ledger: [{code, message, count}]}`.
 * undefined where the file is none.
 */
export async function bundleReport(file: string): Promise<(JsonObject & { counts: Counts & JsonObject }) | undefined> {
  let bundle;
  try {
    bundle = await openBundle(file, { keepsState: () => false });
  } catch (error) {
    if (error instanceof BundleError) return undefined;
    throw error;
  }
  try {
    const { counts, room, ledger, generator } = bundle.head;
    return {
      program: /\(from ([\w-]+)\)$/.exec(generator)?.[1] ?? "roomporter",
      file_name: safeFileName(`${room.name ?? "conversation"}.zip`),
      size: (await stat(file)).size,
      room: { name: room.name, topic: room.topic },
      counts: { ...counts },
      ledger: summed(ledger),
    };
  } finally {
    await bundle.close();
  }
}

/** Each sentence once, with how often it holds. */
function summed(ledger: readonly LedgerEntry[]): JsonObject[] {
  const entries = new Map<string, { code: string; message: string; count: number }>();
  for (const { code, message } of ledger) {
    const entry = entries.get(message) ?? { code, message, count: 0 };
    entries.set(message, { ...entry, count: entry.count + 1 });
  }
  return [...entries.values()].slice(0, MOST_ENTRIES);
}
