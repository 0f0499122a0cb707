import { canonicalJson, measure, type JsonObject } from "../../matrix/json.ts";
import { MAX_ELEMENT_BYTES, MAX_ENTRIES, MAX_HEAD_BYTES, MAX_HEAD_WEIGHT, VALUE_BYTES } from "../limits.ts";
import { eventLine } from "./manifest-lines.ts";
import type { ManifestHead } from "./manifest.ts";

/** What of a bundle that is to be written is so much that no reader would take it; undefined where all is within the bounds. */
export function beyondBounds(head: ManifestHead): "files" | "people and files" | "state" | undefined {
  const beside = head.viewer ? 2 : 1;
  if (head.media.size + beside > MAX_ENTRIES) return "files";
  let bytes = 0;
  let weight = 0;
  let largest = 0;
  const weigh = (key: string, value: object): void => {
    const length = Buffer.byteLength(canonicalJson(value as JsonObject)) + Buffer.byteLength(key);
    largest = Math.max(largest, length);
    bytes += length;
    weight += length + VALUE_BYTES * measure(value as JsonObject).values;
  };
  for (const [key, value] of [...head.senders, ...head.media]) weigh(key, value);
  for (const value of [...head.ledger, head.counts, head.coverage, head.room]) weigh("", value);
  if (largest > MAX_ELEMENT_BYTES || weight > MAX_HEAD_WEIGHT) return "people and files";
  try {
    for (const event of head.state) bytes += Buffer.byteLength(eventLine(event));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return "state";
  }
  return bytes > MAX_HEAD_BYTES ? "state" : undefined;
}
