import { isObject, member } from "../../matrix/json.ts";
import type { PingResult } from "../../ports/homeserver/appservice-ping.ts";
import { HomeserverError } from "../../ports/homeserver/homeserver.ts";
import { CallFailed } from "./call-failed.ts";
import { pathV1, type HomeserverClient } from "./client.ts";

/** The homeserver waits up to a minute for a service that does not answer: this is longer, in milliseconds. */
const TIMEOUT_MS = 90_000;
/** Of the homeserver's reason so much is kept. */
const REASON_CHARACTERS = 200;

/**
 * `POST /appservice/{appserviceId}/ping`: asks the homeserver to ping this service, with that transaction id. `client` has the `as_token`. Synapse then also sends at once what waits for this service. Rejects only with the client's signal.
 */
export async function pingAppservice(client: HomeserverClient, id: string, transactionId: string): Promise<PingResult> {
  const body = { transaction_id: transactionId };
  try {
    await client.call({ method: "POST", path: pathV1`/appservice/${id}/ping`, body, timeoutMs: TIMEOUT_MS });
    return { kind: "answered" };
  } catch (error) {
    if (!(error instanceof HomeserverError)) throw error;
    return resultOf(error);
  }
}

function resultOf(error: HomeserverError): PingResult {
  const { status, errcode, message } = error;
  switch (errcode) {
    case "M_BAD_STATUS": {
      const answer = error instanceof CallFailed ? error.answer : null;
      const reported = isObject(answer) ? member(answer, "status") : undefined;
      return { kind: "bad_status", status: typeof reported === "number" ? reported : 0 };
    }
    case "M_CONNECTION_FAILED":
    case "M_CONNECTION_TIMEOUT":
      return { kind: "unreachable", reason: message.slice(0, REASON_CHARACTERS) };
    case "M_URL_NOT_SET":
      return { kind: "no_url" };
  }
  if (status === 401) return { kind: "unknown_token" };
  if (status === 403) return { kind: "other_id" };
  if (error.isAbsent || error.isUnknownEndpoint) return { kind: "unsupported" };
  return { kind: "undecided" };
}
