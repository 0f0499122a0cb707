import type { LedgerEntry } from "../../bundle/manifest/manifest.ts";
import { canonicalJson, objectMember, setMember } from "../../matrix/json.ts";
import { ORIGIN } from "../../matrix/names.ts";
import { HomeserverError, type MediaTarget, type RoomWriter } from "../../ports/homeserver/homeserver.ts";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { Attempt, Plan, Refusal } from "./attempt.ts";
import { contentBytes, isSendable } from "../plan/sendable.ts";

/** Of an event's type and of its state key (client-server API, "Size limits"). */
const MOST_BYTES = 255;

export interface Sent {
  /** null where the homeserver took none of the ways */
  newId: string | null;
  ledger: Omit<LedgerEntry, "event_id">[];
}

/** Sends one event in the best way that the homeserver takes. @throws HomeserverError where it would take nothing at all */
export async function sendPlan(
  plan: Plan,
  to: { writer: RoomWriter; media: MediaTarget; roomId: string; txnId: string },
): Promise<Sent> {
  let refusal: Refusal | undefined;
  let lastError: HomeserverError | undefined;
  let way = 0;
  for (const attempt of plan.attempts) {
    way += 1;
    if (attempt.saves && refusal && attempt.saves !== refusal) continue;
    if (!isSendable(attempt.content) || !isSendableType(attempt)) {
      refusal = contentBytes(attempt.content) > 60_000 ? "size" : "shape";
      continue;
    }
    try {
      const newId = await sendAttempt(attempt, plan.ts, { ...to, txnId: way === 1 ? to.txnId : `${to.txnId}.${way}` });
      return { newId, ledger: attempt.gaveUp ? [attempt.gaveUp] : [] };
    } catch (error) {
      refusal = refusalOf(error);
      lastError = error as HomeserverError;
    }
  }
  if (lastError?.isForbidden) throw lastError;
  const why = lastError ? ` (${lastError.status} ${lastError.errcode})` : "";
  return {
    newId: null,
    ledger: [{ code: "event_refused", message: `The homeserver refuses this event in every form${why}.` }],
  };
}

/** What kind of refusal an error is; anything that is none (the homeserver is away, the token is dead) goes on up. */
function refusalOf(error: unknown): Refusal {
  if (!(error instanceof HomeserverError) || error.isUserLimit) throw error;
  if (error.status === 413 || error.errcode === "M_TOO_LARGE") return "size";
  if (error.isAbsentOrForbidden || [400, 500].includes(error.status)) return "shape";
  throw error;
}

/** The type stands in the address of the request: there, dots alone lead elsewhere, and what is too long breaks the connection. */
function isSendableType({ type, stateKey = "" }: Attempt): boolean {
  const fits = (text: string): boolean => text.isWellFormed() && Buffer.byteLength(text) <= MOST_BYTES;
  return fits(type) && fits(stateKey) && !["", ".", ".."].includes(type);
}

async function sendAttempt(
  attempt: Attempt,
  ts: number,
  to: { writer: RoomWriter; media: MediaTarget; roomId: string; txnId: string },
): Promise<string> {
  const { type, stateKey, content, file } = attempt;
  if (file) {
    const bytes = Buffer.from(canonicalJson(file));
    const open = (): Promise<Readable> => Promise.resolve(Readable.from([bytes]));
    const uri = await to.media.upload(open, bytes.length, "application/json", "content.json");
    const origin = objectMember(content, ORIGIN) ?? {};
    setMember(origin, "content_uri", uri);
    setMember(origin, "sha256", createHash("sha256").update(bytes).digest("hex"));
  }
  return stateKey === undefined
    ? to.writer.send(to.roomId, type, to.txnId, content, ts)
    : to.writer.sendState(to.roomId, type, stateKey, content, ts);
}
