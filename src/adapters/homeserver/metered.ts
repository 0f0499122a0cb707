import { HomeserverError } from "../../ports/homeserver/homeserver.ts";
import type { HomeserverMeter, RetryReason } from "../../ports/metrics.ts";
import { TIMER, type Timer } from "../../ports/timer.ts";
import { endpointOf } from "./endpoints.ts";

/** One attempt at a call, told to the meter once the homeserver has answered or cannot be reached. `path` may have a query. */
export async function metered<T>(
  meter: HomeserverMeter | undefined,
  { method, path }: { method: string; path: string },
  attempt: () => Promise<T>,
  timer: Timer = TIMER,
): Promise<T> {
  if (!meter) return await attempt();
  const begun = timer.monotonic();
  const tell = (status: number): void =>
    meter.called({ method, endpoint: endpointOf(path), status, seconds: (timer.monotonic() - begun) / 1000 });
  try {
    const answer = await attempt();
    tell(200);
    return answer;
  } catch (error) {
    // anything else is this side's doing: a job was cancelled, the service stops
    if (error instanceof HomeserverError) tell(error.status);
    throw error;
  }
}

/** Why a failed call is repeated. */
export function retryReason({ status }: HomeserverError): RetryReason {
  if (status === 0) return "no_answer";
  if (status === 429) return "rate_limited";
  return status === 500 ? "server_error" : "away";
}
