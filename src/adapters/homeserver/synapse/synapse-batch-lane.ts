import { member, type JsonObject } from "../../../matrix/json.ts";
import type { BatchedEvent, BatchLane } from "../../../ports/homeserver/batch-lane.ts";
import { HomeserverError, UnexpectedAnswer } from "../../../ports/homeserver/homeserver.ts";
import { arrayOf } from "../answers.ts";
import type { HomeserverClient } from "../client.ts";

const MODULE = "/_synapse/client/roomporter/v1";
/** A thousand events take a second; a homeserver that does much else, longer. */
const TIMEOUT_MS = 180_000;

/**
 * The module `roomporter-synapse`, where the homeserver has it and lets this service use it.
 * @throws HomeserverError where the homeserver is away
 */
export async function synapseBatchLane(client: HomeserverClient): Promise<BatchLane | undefined> {
  const maxEvents = await eventsAtOnce(client);
  if (maxEvents === undefined) return undefined;
  return {
    maxEvents,
    async send(roomId, txnId, events) {
      const body: JsonObject = { room_id: roomId, txn_id: txnId, events: events.map(eventBody) };
      const call = { method: "POST", path: `${MODULE}/batch`, body, timeoutMs: TIMEOUT_MS } as const;
      const eventIds = arrayOf(call, await client.call(call), "event_ids").filter((id) => typeof id === "string");
      if (eventIds.length !== events.length)
        throw new UnexpectedAnswer(`POST ${call.path}`, `${String(events.length)} event_ids`);
      return eventIds;
    },
  };
}

function eventBody({ type, content, ts }: BatchedEvent): JsonObject {
  return { type, content, origin_server_ts: ts };
}

async function eventsAtOnce(client: HomeserverClient): Promise<number | undefined> {
  try {
    const answer = await client.call({ method: "GET", path: MODULE });
    const events = member(member(answer, "limits"), "events");
    const usable = member(member(answer, "synapse"), "usable") === true;
    return usable && typeof events === "number" && events > 0 ? events : undefined;
  } catch (error) {
    // another homeserver answers what it likes; a Synapse with the module for another application service, 403
    if (error instanceof HomeserverError && !error.mayPass) return undefined;
    throw error;
  }
}
