import type { DiskSpace } from "../../../src/ports/disk-space.ts";

/** A disk that is never full. */
export const AMPLE: DiskSpace = { require: async () => undefined };
