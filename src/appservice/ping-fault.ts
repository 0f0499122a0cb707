import type { PingResult } from "../ports/homeserver/appservice-ping.ts";

/** What this side knows about a ping. */
export interface PingContext {
  /** of this service's copy of the registration */
  registration: { id: string; url: string };
  /** did the ping arrive here? */
  arrived: boolean;
  /** did a call with another hs_token arrive here meanwhile? */
  wrongToken: boolean;
}

/** Ends most sentences: what to do. */
const RESTART = "in both copies of the registration, and restart the homeserver";

/** Why the homeserver cannot reach this service, for a person; undefined where it can, or where the ping does not tell. */
export function pingFault(result: PingResult, { registration, arrived, wrongToken }: PingContext): string | undefined {
  const { id, url } = registration;
  const setUrl = `set url to a listener with the resource appservice, ${RESTART}`;
  switch (result.kind) {
    case "bad_status":
      if (wrongToken) return wrongHsToken();
      return `the homeserver pings the url of its registration (here: ${url}) and another program answers with ${result.status === 0 ? "an error" : `HTTP ${result.status}`}: ${setUrl}`;
    case "answered":
      if (arrived) return undefined;
      return `the homeserver pings the url of its registration (here: ${url}) and another program answers: ${setUrl}`;
    case "unreachable":
      return `the homeserver cannot connect to the url of its registration (here: ${url}; it says: ${result.reason}): ${setUrl}`;
    case "no_url":
      return `the homeserver's copy of the registration has no url, so it sends nothing: set url: ${url} there, and restart the homeserver`;
    case "other_id":
      return `the homeserver knows the as_token under another id than ${id}: use the same id ${RESTART}`;
    case "unknown_token":
    case "unsupported":
    case "undecided":
      return undefined;
  }
}

/** Whatever comes from the homeserver is turned away. */
export function wrongHsToken(): string {
  return `the homeserver shows another hs_token than this service's registration has: use the same hs_token ${RESTART}`;
}
