import { CollectionError } from "./collection-faults.ts";
import { COLLECTION_INDEX, type CollectionIndex } from "./collection-index.ts";
import { INDEX_NAME } from "./collection-layout.ts";

/** Some 100,000 rooms. */
export const MAX_INDEX_BYTES = 64 * 1024 * 1024;

/** The bytes of an index. @throws CollectionError index_syntax, index_shape */
export function parseIndex(bytes: Uint8Array): CollectionIndex {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new CollectionError("index_syntax", INDEX_NAME);
  }
  const { success, data, error } = COLLECTION_INDEX.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  throw new CollectionError("index_shape", `/${(issue?.path ?? []).map(String).join("/")}`);
}
