import type { Readable } from "node:stream";

/** A bundle that the store holds. */
export interface KeptBundle {
  id: string;
  /** milliseconds since the epoch */
  keptAt: number;
  /** bytes */
  size: number;
}

/** A file with a bundle's content, to be read at random until its disposal. */
export interface LocalBundle extends AsyncDisposable {
  path: string;
}

/**
 * Keeps bundles: made by export jobs, or waiting for their import. Every method rejects with StorageError where the store is full
 * or does not answer, and with the signal's reason where that is aborted.
 */
export interface BundleStore {
  /** Takes over a finished local file under that id. Whoever asks for the id sees the whole bundle or none. */
  put(id: string, file: string, signal?: AbortSignal): Promise<void>;
  /** Bytes `start` to `end` (inclusive), or all, and the size of all; undefined where there is no such bundle. */
  open(id: string, range?: { start: number; end: number }): Promise<{ body: Readable; size: number } | undefined>;
  size(id: string): Promise<number | undefined>;
  localFile(id: string, signal?: AbortSignal): Promise<LocalBundle | undefined>;
  list(): AsyncIterable<KeptBundle>;
  /** Gives back what unfinished `put`s have left that were last worked on before that time, in milliseconds since the epoch. */
  removeUnfinished(before: number): Promise<void>;
  remove(id: string): Promise<void>;
  /** Rejects where bundles cannot be kept at present; the message says why. */
  check(): Promise<void>;
}

/** Where else the content of rooms lies: what has to be found again when a room is closed. Every method can throw StoreAway. */
export interface BundleRecords {
  /** From now on the export of all rooms with that job id may hold this room. */
  addRoom(jobId: string, roomId: string): Promise<void>;
  /** It does not. */
  dropRoom(jobId: string, roomId: string): Promise<void>;
  roomsOf(jobId: string): Promise<string[]>;
  /** Ids of the exports of all rooms that may hold this room. */
  holding(roomId: string): Promise<string[]>;
  /** A copy of the job's bundle lies in the homeserver's media repository under this `mxc://` URI. */
  addCopy(jobId: string, uri: string): Promise<void>;
  /** It does not any more. */
  dropCopy(uri: string): Promise<void>;
  copiesOf(jobId: string): Promise<string[]>;
  /** Ids of the jobs whose bundles have copies. */
  copied(): Promise<string[]>;
}
