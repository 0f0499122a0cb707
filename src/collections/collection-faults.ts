import type { Fault } from "../bundle/faults.ts";

/** What can be wrong with a collection beside what is wrong with an archive or a bundle. docs/collection-format.md holds the same table. */
export const COLLECTION_FAULTS = {
  index_missing: "The archive has no index.json.",
  index_too_large: "index.json is too large.",
  index_syntax: "index.json is not a JSON document in UTF-8.",
  index_shape: "A member of index.json does not have the shape that it must have.",
  bundle_missing: "A bundle that the index lists is not in the archive.",
  bundle_unlisted: "The archive holds a bundle that the index does not list.",
  bundle_duplicate: "The index lists a bundle, or a room, more than once.",
  bundle_changed: "A bundle does not have the size and the SHA-256 that the index gives.",
  bundle_unsound: "A bundle is not sound.",
  bundle_inconsistent: "A bundle is of another room, or holds something else, than the index says.",
  counts_mismatch: "The counts in the index differ from what it lists.",
  signature_invalid: "The signature is damaged, or not one of this index.",
} as const;

export type CollectionFaultCode = keyof typeof COLLECTION_FAULTS;

/** One thing that is wrong; `where` is a file of the archive or a place in the index, never text that somebody wrote. */
export type CollectionFault = { code: CollectionFaultCode; message: string; where?: string } | Fault;

export function collectionFault(code: CollectionFaultCode, where?: string): CollectionFault {
  return { code, message: COLLECTION_FAULTS[code], ...(where !== undefined && { where }) };
}

/** A collection that cannot be read on. */
export class CollectionError extends Error {
  readonly fault: CollectionFault;

  constructor(code: CollectionFaultCode, where?: string) {
    super(COLLECTION_FAULTS[code]);
    this.name = "CollectionError";
    this.fault = collectionFault(code, where);
  }
}
