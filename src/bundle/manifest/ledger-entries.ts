import type { LedgerEntry } from "./manifest.ts";

/** The sentences of the ledger that both an export and a merge have to say. */

/** @param events how many encrypted events there are */
export function encryptedEntries(events: number): LedgerEntry[] {
  if (events === 0) return [];
  const message = `${String(events)} encrypted ${events === 1 ? "event is" : "events are"} carried as served: unreadable without their keys.`;
  return [{ code: "encrypted", message }];
}

export function lostOriginEntry(event_id: string): LedgerEntry {
  const message =
    "An imported event was redacted in this room: who wrote it first, and where, is gone with its content.";
  return { code: "origin_lost", message, event_id };
}

export function brokenOriginEntry(event_id: string): LedgerEntry {
  const message = "What this imported event says of its origin is damaged: it is carried as an event of the service.";
  return { code: "origin_damaged", message, event_id };
}

/** @param uris of files that are not in the bundle, in any order */
export function serviceAvatarEntries(uris: Iterable<string>): LedgerEntry[] {
  const message =
    "The name and avatar that the importing service set for itself in this room are not part of the conversation.";
  return [...new Set(uris)].sort().map((uri) => ({ code: "service_avatar", message, uri }));
}
