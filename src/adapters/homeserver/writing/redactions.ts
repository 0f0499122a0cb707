import { redactedBecause } from "../../../matrix/event.ts";
import { stringMember, type JsonObject } from "../../../matrix/json.ts";
import type { DatedRedaction, Redacted } from "../../../ports/homeserver/homeserver.ts";
import type { KnownCapabilities } from "../../../ports/homeserver/capabilities.ts";
import { TIMER } from "../../../ports/timer.ts";
import { stringOf } from "../answers.ts";
import { path, type HomeserverClient } from "../client.ts";
import { eventNow, lookBackFor, lookBackForRedaction, redactedBy } from "./look-back.ts";

/** Before each look whether a redaction has had an effect, in milliseconds: some homeservers (Dendrite) take a moment. */
const LOOK_AFTER_MS = [0, 100, 300, 600];

/** What a homeserver was seen to do, for as long as the process lives. */
export interface RedactionsSeen {
  /** does a redaction through `/send`, which can be dated, have an effect? undefined: not seen yet */
  dated: boolean | undefined;
  /** what other processes, or an earlier one, have seen; true is not believed before it was seen here */
  known?: KnownCapabilities | undefined;
}

/** Takes events back in one room, as one user. */
export interface RedactionParts {
  client: HomeserverClient;
  userId: string;
  deviceId: string | undefined;
  roomId: string;
}

/** `PUT …/redact/{eventId}/{txnId}`: takes no date, and of the content the reason only. Gives the redaction's id. @throws HomeserverError */
export async function redactNow(
  { client, userId, deviceId, roomId }: RedactionParts,
  eventId: string,
  txnId: string,
  reason?: string,
): Promise<string> {
  const body: JsonObject = reason === undefined ? {} : { reason };
  const target = path`/rooms/${roomId}/redact/${eventId}/${txnId}`;
  const lookBack = lookBackForRedaction(client, roomId, eventId, userId);
  const call = { method: "PUT", path: target, query: { device_id: deviceId }, body, lookBack } as const;
  return stringOf(call, await client.call(call), "event_id");
}

/**
 * `PUT …/send/m.room.redaction/{txnId}?ts=`. Some homeservers answer 200 to it and do nothing: until one was seen to do it, what it should
 * take back is read. Where it has no effect, `PUT …/redact` is taken. @throws HomeserverError
 */
export async function redactDated(
  parts: RedactionParts,
  seen: RedactionsSeen,
  eventId: string,
  txnId: string,
  { content, ts, keep }: DatedRedaction,
): Promise<Redacted> {
  const { client, roomId, userId } = parts;
  if (seen.dated === undefined && (await seen.known?.())?.redaction === "undated") seen.dated = false;
  if (seen.dated !== false) {
    const redaction = await sendDated(parts, txnId, content, ts);
    seen.dated ??= await hadEffect(parts, eventId, redaction);
    if (seen.dated) return { eventId: redaction, effect: "dated" };
  }
  if (!keep) return { eventId: undefined, effect: "none" };
  await keep();
  const before = await redactedBy(client, roomId, eventId, userId);
  if (before !== undefined) return { eventId: before, effect: "undated" };
  const redaction = await redactNow(parts, eventId, txnId, stringMember(content, "reason"));
  if (await hadEffect(parts, eventId)) return { eventId: redaction, effect: "undated" };
  return { eventId: undefined, effect: "none" };
}

async function sendDated(
  { client, userId, deviceId, roomId }: RedactionParts,
  txnId: string,
  content: JsonObject,
  ts: number,
): Promise<string> {
  const target = path`/rooms/${roomId}/send/m.room.redaction/${txnId}`;
  const query = { ts, device_id: deviceId };
  // by its own content: another redaction may have taken back the same event
  const lookBack = lookBackFor(client, roomId, { sender: userId, type: "m.room.redaction", content, ts });
  const call = { method: "PUT", path: target, query, body: content, lookBack } as const;
  return stringOf(call, await client.call(call), "event_id");
}

/** Is the event taken back, and, where it is named, is the redaction itself there? */
async function hadEffect({ client, roomId }: RedactionParts, eventId: string, redaction?: string): Promise<boolean> {
  for (const wait of LOOK_AFTER_MS) {
    if (wait > 0) await (client.timer ?? TIMER).sleep(wait, client.signal);
    const event = await eventNow(client, roomId, eventId);
    const isTakenBack = event && (redactedBecause(event) ?? Object.keys(event.content).length === 0);
    if (isTakenBack && (redaction === undefined || (await eventNow(client, roomId, redaction)))) return true;
  }
  return false;
}
