/** What homeservers do that Synapse 1.163 does not: each can be switched on for a homeserver in memory. All are off at first. */
export interface Behaviours {
  /** A transaction id is not known any more when a call is repeated (after a crash: Dendrite, Synapse before 1.141). */
  forgetsTransactions: boolean;
  /** One state event, asked for with `?format=event`, has no `event_id` (Synapse before 1.135). */
  stateWithoutEventId: boolean;
  /** A redaction through `PUT …/send` is answered 200 with an event id, and there is no such event (Dendrite). */
  ignoresSentRedactions: boolean;
  /** `PUT …/redact` is answered 200 with an event id, and takes nothing back. */
  ignoresRedactions: boolean;
  /** State has the time at which it is sent, whatever `?ts=` says (palpo). */
  ignoresStateDates: boolean;
  /** Messages, too. */
  ignoresMessageDates: boolean;
  /** State in a room that the user is not in is 404 `M_NOT_FOUND`, not 403 (tuwunel). */
  hidesWhatIsForbidden: boolean;
  /** Endpoints (method and path as the specification writes it) that are answered 404 `M_UNRECOGNIZED`, as by a generic worker of Synapse. */
  unrecognized: readonly string[];
}

export function noBehaviours(): Behaviours {
  return {
    forgetsTransactions: false,
    stateWithoutEventId: false,
    ignoresSentRedactions: false,
    ignoresRedactions: false,
    ignoresStateDates: false,
    ignoresMessageDates: false,
    hidesWhatIsForbidden: false,
    unrecognized: [],
  };
}
