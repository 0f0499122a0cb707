import type { Writable } from "node:stream";

/** A bundle that is ready to be written out. */
export interface ReadyBundle {
  /** e.g. `tea-2026-11-22.zip`: ASCII, safe in a header */
  fileName: string;
  /** how many it holds; 0: nothing matched, and it is valid all the same */
  events: number;
  writeTo(out: Writable): Promise<unknown>;
  /** gives the spool's disk space back; call it whatever happened */
  dispose(): Promise<void>;
}
