import type { Writable } from "node:stream";
import type { Bookmark } from "../bundle/bookmark.ts";

/** What of a room to export. */
export interface ExportOptions {
  /** false: leave media files out (each is a ledger entry) */
  media: boolean;
  /** with a page to read it with */
  viewer?: boolean;
  /** milliseconds since the epoch: only events from then on / before then */
  since?: number;
  until?: number;
  /** only events by these users, or that an import brought and these first wrote */
  senders?: readonly string[];
  /** only the thread below this event */
  thread?: string;
  /** only what is not in the bundle that ends there, of the same part of the room */
  sinceBundle?: Bookmark;
}

/** A bundle that is ready to be written out. */
export interface ReadyBundle {
  /** e.g. `tea-2026-11-22.zip`: ASCII, safe in a header */
  fileName: string;
  writeTo(out: Writable): Promise<unknown>;
  /** gives the spool's disk space back; call it whatever happened */
  dispose(): Promise<void>;
}
