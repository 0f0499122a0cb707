import type { LedgerEntry } from "../../bundle/manifest/manifest.ts";
import { canonicalJson, objectMember, setMember, type JsonObject } from "../../matrix/json.ts";
import { ORIGIN, REDACTION } from "../../matrix/names.ts";
import { HomeserverError, type MediaTarget, type RoomWriter } from "../../ports/homeserver/homeserver.ts";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { Attempt, Plan, Refusal } from "./attempt.ts";
import type { EncryptedFiles } from "../encrypted/encrypted-files.ts";
import type { DatesKept } from "./dates-kept.ts";
import { undatedMessages } from "../require-dates.ts";
import { contentBytes, isSendable } from "../plan/sendable.ts";

/** Of an event's type and of its state key (client-server API, "Size limits"). */
const MOST_BYTES = 255;

const UNDATED = {
  code: "redaction_undated",
  message:
    "The homeserver cannot date redactions: this one has the time of the import. Its own time, author and reason are kept in the room's state, where exports find them.",
};

export const STATE_UNDATED = {
  code: "state_undated",
  message:
    "The homeserver cannot date state: this event has the time of the import. Its own time is kept in it, where exports find it.",
};

/** Where an event goes. */
interface Destination {
  writer: RoomWriter;
  media: MediaTarget;
  stateDates: DatesKept;
  messageDates: DatesKept;
  /** takes files where the room is encrypted */
  encryptedFiles?: EncryptedFiles | undefined;
  roomId: string;
  txnId: string;
}

export interface Sent {
  /** null where the homeserver took none of the ways */
  newId: string | null;
  ledger: Omit<LedgerEntry, "event_id">[];
}

/** Sends one event in the best way that the homeserver takes. @throws HomeserverError where it would take nothing at all */
export async function sendPlan(plan: Plan, to: Destination): Promise<Sent> {
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
      const { newId, undated } = await sendAttempt(attempt, plan.ts, { ...to, txnId: txnIdOf(to.txnId, way) });
      return { newId, ledger: [attempt.gaveUp, undated].filter((line) => line !== undefined) };
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

/** The transaction id of one way to send an event. @param first of the first way @param way from 1 */
export function txnIdOf(first: string, way: number): string {
  return way === 1 ? first : `${first}.${String(way)}`;
}

/** What kind of refusal an error is; anything that is none (the homeserver is away, the token is dead) goes on up. */
function refusalOf(error: unknown): Refusal {
  if (!(error instanceof HomeserverError) || error.isUserLimit) throw error;
  if (error.status === 413 || error.errcode === "M_TOO_LARGE") return "size";
  if (error.isAbsentOrForbidden || [400, 500].includes(error.status)) return "shape";
  throw error;
}

/** The type stands in the address of the request: there, dots alone lead elsewhere, and what is too long breaks the connection. */
export function isSendableType({ type, stateKey = "" }: Pick<Attempt, "type" | "stateKey">): boolean {
  const fits = (text: string): boolean => text.isWellFormed() && Buffer.byteLength(text) <= MOST_BYTES;
  return fits(type) && fits(stateKey) && !["", ".", ".."].includes(type);
}

async function sendAttempt(
  attempt: Attempt,
  ts: number,
  to: Destination,
): Promise<{ newId: string; undated?: typeof UNDATED | undefined }> {
  const { type, stateKey, content, file, takesBack } = attempt;
  if (takesBack) return await takeBack(takesBack, content, ts, to);
  if (file) {
    const bytes = Buffer.from(canonicalJson(file));
    const open = (): Promise<Readable> => Promise.resolve(Readable.from([bytes]));
    const uri = await (to.encryptedFiles?.upload(open, bytes.length) ??
      to.media.upload(open, bytes.length, "application/json", "content.json"));
    const origin = objectMember(content, ORIGIN) ?? {};
    setMember(origin, "content_uri", uri);
    setMember(origin, "sha256", createHash("sha256").update(bytes).digest("hex"));
  }
  if (stateKey === undefined) {
    const newId = await to.writer.send(to.roomId, type, to.txnId, content, ts);
    if (await to.messageDates.areKept(newId, ts)) return { newId };
    throw undatedMessages("the import stopped at its first message");
  }
  const newId = await to.writer.sendState(to.roomId, type, stateKey, content, ts);
  return { newId, undated: (await to.stateDates.areKept(newId, ts)) ? undefined : STATE_UNDATED };
}

/** @throws HomeserverError also where it has no effect */
async function takeBack(
  { eventId, kept }: { eventId: string; kept: boolean },
  content: JsonObject,
  ts: number,
  { writer, roomId, txnId }: Destination,
): Promise<{ newId: string; undated: typeof UNDATED | undefined }> {
  const told: JsonObject = { origin_server_ts: ts, content };
  const keep = kept ? (): Promise<string> => writer.sendState(roomId, REDACTION, eventId, told) : undefined;
  const { eventId: newId, effect } = await writer.redactDated(roomId, eventId, txnId, { content, ts, keep });
  if (effect === "none") throw new HomeserverError(400, "M_UNKNOWN", "the redaction takes nothing back");
  return { newId, undated: effect === "undated" ? UNDATED : undefined };
}
