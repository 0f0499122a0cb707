/** No room; no answer (worth another try); or an answer that no other try will change: wrong credentials, no such bucket. */
export type StorageFault = "full" | "away" | "refused";

/** Where bundles and unfinished work are kept does not take or give them. `cause` says more. */
export class StorageError extends Error {
  readonly fault: StorageFault;

  constructor(fault: StorageFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StorageError";
    this.fault = fault;
  }
}

/** What the system says where a disk or a quota is full. */
const FULL = new Set(["ENOSPC", "EDQUOT"]);

/** The same error in these words, where it comes from the storage. */
export function asStorageError(error: unknown): StorageError | undefined {
  if (error instanceof StorageError) return error;
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return FULL.has(String(error.code)) ? new StorageError("full", "the disk is full", { cause: error }) : undefined;
}
