import type { Lease } from "./job-store.ts";
import type { LedgerEntry } from "../bundle/manifest/manifest.ts";
import type { ReaderDevice } from "./homeserver/room-encryption.ts";
import type { JsonObject } from "../matrix/json.ts";

/** What became of one event of the bundle. */
export interface JournalEntry {
  /** place in the bundle, from 0; less than 0: it stood in the room before this import */
  position: number;
  /** id where the event was first sent, and id in the bundle: relations may use either */
  sourceId: string;
  bundleId: string;
  /** null where it was left out (then the ledger says why) */
  newId: string | null;
  sender: string;
  type: string;
  /** for a redacted event: what its redaction has to say about it */
  redacted?: { by: string; done: boolean; target: JsonObject };
  /** source id of the event that this redaction took back */
  redacts?: string;
  /** for a reaction: what it was sent as */
  reaction?: { target: string; key: string };
  ledger: LedgerEntry[];
}

/** A device that was sent keys of an encrypted room. */
export interface KeyHolder extends ReaderDevice {
  /** from the first one on; false: it came during the import */
  all: boolean;
}

/**
 * Durable memory of one import: with it the job goes on where it stood, without loss or double. It is written in the name of one
 * run of the job: once that run has lost the job, every write fails with LeaseLost and changes nothing.
 */
export interface ImportJournal {
  /** The room being filled, if it was made already. */
  room(): Promise<string | undefined>;
  /** Notes that a room is about to be made. Gives true where that was noted before. */
  beginRoom(): Promise<boolean>;
  /** Was that noted? */
  roomBegun(): Promise<boolean>;
  /** The first room of a job also as the job's own, at once. */
  setRoom(roomId: string): Promise<void>;
  /** The place after the last entry; 0 where there is none. All that come before, from 0 on, have an entry or need none. */
  position(): Promise<number>;
  /** Stores entries with all that belongs to them, in their order, all or none. A power cut can take what was stored in its last second. */
  record(...entries: JournalEntry[]): Promise<void>;
  /** The same, and no power cut takes them. */
  recordAll(entries: readonly JournalEntry[]): Promise<void>;
  /** By either id. */
  find(id: string): Promise<JournalEntry | undefined>;
  /** Is a reaction with that key on that new event already? */
  hasReaction(target: string, key: string): Promise<boolean>;
  /** The new address of a file that was uploaded already. */
  upload(sha256: string): Promise<string | undefined>;
  setUpload(sha256: string, uri: string): Promise<void>;
  /** Entries that belong to no single event. Written once each. */
  addLedger(entry: LedgerEntry): Promise<void>;
  ledger(): Promise<LedgerEntry[]>;
  /** Devices that were sent keys of the room, where it is encrypted. */
  keyHolders(): Promise<KeyHolder[]>;
  /** One that is noted already stays as it is. */
  addKeyHolders(holders: readonly KeyHolder[]): Promise<void>;
  /** Of the events from place 0 on. */
  counts(): Promise<{ sent: number; left_out: number; files: number }>;
}

/**
 * The id of the import of one room: that of its job, or where a job makes several rooms a part of it. Rooms are marked with it, and their
 * events sent under it.
 * @param part from 0
 */
export function importId(jobId: string, part?: number): string {
  return part === undefined ? jobId : `${jobId}.${String(part)}`;
}

/** The journal of an import as one run of its job writes it. @param part where it makes several rooms: which of them, from 0 */
export type JournalOf = (run: Lease, part?: number) => ImportJournal;
