import { seamIn } from "../../bundle/joined/seam.ts";
import type { ClientEvent } from "../../matrix/event.ts";
import { member, objectMember, sameJson, stringMember } from "../../matrix/json.ts";
import { ORIGIN, REDACTION, TRANSACTION } from "../../matrix/names.ts";
import type { RoomWriter } from "../../ports/homeserver/homeserver.ts";
import type { Plan } from "./attempt.ts";
import { undatedMessages } from "../require-dates.ts";
import { STATE_UNDATED, txnIdOf, type Sent } from "./send.ts";
import { GATHERED } from "./trailing-journal.ts";

/** What stands at the end of a room already, though the journal may not know it. */
export interface AlreadySent {
  /** original event id → event in this room; of one that was redacted since, the id only */
  byOrigin: Map<string, ClientEvent | string>;
  /** transaction id → event that only shows its ciphertext */
  byTransaction: Map<string, ClientEvent>;
  /** original ids of events whose redaction is here too */
  redacted: Set<string>;
  /** notices where a room was upgraded: by the id of that room in the source */
  seams: Map<string, string>;
}

/** The journal can lack what it had gathered and, after a power cut, what was sent in the last second: some dozens of events. */
const LOOK_BACK = 100 + 2 * GATHERED;

/**
 * The newest events of a room that an import left when it was killed: an event may have been sent and not noted down. The repeated
 * transaction id covers that too, but some homeservers forget transaction ids when they restart.
 * @param atOnce events that may have been sent in one call
 * @param othersSpeak between what the service user sends, others may have sent anything
 */
export async function findAlreadySent(
  writer: RoomWriter,
  roomId: string,
  atOnce = 0,
  othersSpeak = false,
): Promise<AlreadySent> {
  const found: AlreadySent = { byOrigin: new Map(), byTransaction: new Map(), redacted: new Set(), seams: new Map() };
  for (const event of await newestOf(writer, roomId, LOOK_BACK + atOnce, othersSpeak)) {
    if (event.sender !== writer.userId) continue;
    const transaction = event.type === "m.room.encrypted" ? stringMember(event.content, TRANSACTION) : undefined;
    if (transaction !== undefined) found.byTransaction.set(transaction, event);
    const seam = seamIn(event.content);
    if (seam) found.seams.set(seam.room_id, event.event_id);
    // of a redaction that could not be dated: it tells of its target, whether it has come to the redaction or not
    const isKept = event.type === REDACTION;
    const content = isKept ? objectMember(event.content, "content") : event.content;
    const origin = objectMember(content, ORIGIN);
    const eventId = stringMember(origin, "event_id");
    if (eventId !== undefined && !isKept) found.byOrigin.set(eventId, event);
    const target = stringMember(objectMember(origin, "target"), "event_id");
    const redacts = stringMember(content, "redacts");
    if (target === undefined || redacts === undefined) continue;
    found.byOrigin.set(target, redacts);
    if (!isKept) found.redacted.add(target);
  }
  return found;
}

/** So many events of the service user, or all that there are. */
async function newestOf(
  writer: RoomWriter,
  roomId: string,
  count: number,
  othersSpeak: boolean,
): Promise<ClientEvent[]> {
  for (let limit = count; ; limit *= 4) {
    const events = await writer.latest(roomId, limit);
    const own = events.filter(({ sender }) => sender === writer.userId);
    if (!othersSpeak || own.length >= count || events.length < limit) return events;
  }
}

/**
 * What sending an event came to that an earlier run has sent; undefined: it has not.
 * @param txnId of the first way to send it
 * @throws RequestError as `sentBefore` does
 */
export function sentEarlier(
  { byOrigin, byTransaction }: AlreadySent,
  eventId: string,
  txnId: string,
  plan: Plan,
): Sent | undefined {
  const adopted = byOrigin.get(eventId);
  if (adopted !== undefined) return sentBefore(plan, adopted);
  for (const [sentAs, { event_id: newId }] of byTransaction) {
    if (sentAs !== txnId && !sentAs.startsWith(`${txnId}.`)) continue;
    let way = 0;
    for (const { gaveUp } of plan.attempts)
      if (txnIdOf(txnId, ++way) === sentAs) return { newId, ledger: gaveUp ? [gaveUp] : [] };
  }
  return undefined;
}

/**
 * What sending came to, for an event that was sent before the kill: in which way it was, shows in the event itself.
 * @throws RequestError where it is a message that has lost its date
 */
export function sentBefore(plan: Plan, event: ClientEvent | string): Sent {
  if (typeof event === "string") return { newId: event, ledger: [] };
  const isDated = plan.ts === 0 || event.origin_server_ts === plan.ts;
  // a redaction may not be dated where messages are
  if (!isDated && event.state_key === undefined && event.type !== "m.room.redaction")
    throw undatedMessages(
      "an earlier run has sent a message so, and this import can not go on; import the bundle again",
    );
  const undated = isDated || event.state_key === undefined ? [] : [STATE_UNDATED];
  const inFile = stringMember(objectMember(event.content, ORIGIN), "content_uri") !== undefined;
  for (const { type, content, file, gaveUp } of plan.attempts) {
    const related = sameJson(member(content, "m.relates_to"), member(event.content, "m.relates_to"));
    if (type !== event.type || (file !== undefined) !== inFile || !related) continue;
    return { newId: event.event_id, ledger: gaveUp ? [gaveUp, ...undated] : undated };
  }
  return { newId: event.event_id, ledger: undated };
}
