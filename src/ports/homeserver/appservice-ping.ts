/** What came of asking the homeserver to call this service (client-server API, "Application services: Pinging"). */
export type PingResult =
  /** it called the `url` of its registration and got 200 */
  | { kind: "answered" }
  /** it called, and got this HTTP status (`M_BAD_STATUS`); 0 where it does not say which */
  | { kind: "bad_status"; status: number }
  /** it could not call (`M_CONNECTION_FAILED`, `M_CONNECTION_TIMEOUT`); `reason`: in the homeserver's words */
  | { kind: "unreachable"; reason: string }
  /** its registration has no `url` (`M_URL_NOT_SET`) */
  | { kind: "no_url" }
  /** it does not know the `as_token`: it has not loaded the registration */
  | { kind: "unknown_token" }
  /** it knows the `as_token`, but under another id */
  | { kind: "other_id" }
  /** it has no such endpoint (Dendrite, generic workers of Synapse) */
  | { kind: "unsupported" }
  /** it gave no answer that means anything: it is away, or is rate-limiting requests */
  | { kind: "undecided" };
