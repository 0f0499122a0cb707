import type { IndexHead } from "../ports/index-log.ts";
import { RequestError } from "../requests/failures/failure.ts";

/** A place in the log, opaque to indexers: which log, and after which entry. */
export function tokenAt({ id }: IndexHead, position: number): string {
  return Buffer.from(`1.${id}.${String(position)}`).toString("base64url");
}

/**
 * The position behind a token.
 * @throws RequestError invalid where it is none, or of a log that this is not any more: who has it would miss what was there
 */
export function positionOf(token: string, head: IndexHead): number {
  const [version, id, digits = ""] = Buffer.from(token, "base64url").toString("latin1").split(".");
  const position = /^\d{1,15}$/.test(digits) ? Number(digits) : Infinity;
  if (version === "1" && id === head.id && position <= head.position) return position;
  throw new RequestError(
    "invalid",
    "M_UNKNOWN_POS",
    "This token is not known here: empty the index and begin without `since`",
  );
}
