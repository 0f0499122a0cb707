import { isObject } from "../matrix/json.ts";

/** The bundle is valid all the same: it has the room's state. */
export const NOTHING_MATCHED =
  "The bundle holds no event: nothing in the room that you may see is what these options ask for.";

/** Has an export's bundle no event? Told by the report of its job, whoever gave that. */
export function nothingMatched(report: unknown): boolean {
  return isObject(report) && isObject(report["counts"]) && report["counts"]["events"] === 0;
}
