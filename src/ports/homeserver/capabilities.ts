/** What a homeserver was seen to do. null: not tried, or it could not be told. */
export interface Capabilities {
  /** name and version, e.g. `Synapse 1.163.2`: for wording only, never for decisions */
  software: string | null;
  /** versions of the specification that it supports, oldest first */
  spec_versions: string[];
  /** `default`: of new rooms */
  room_versions: { default: string | null; available: { version: string; stability: string }[] };
  /** milliseconds since the epoch; null: never */
  probed_at: number | null;
  /** `GET …/state/{type}/{key}?format=event` has `event_id` */
  state_event_ids: boolean | null;
  /** `?ts=` is honoured on `PUT …/send` */
  dated_events: boolean | null;
  /** `?ts=` is honoured on `PUT …/state` */
  dated_state: boolean | null;
  /** `dated`: through `/send` with `?ts=`; `undated`: `PUT …/redact` only */
  redaction: "dated" | "undated" | "none" | null;
  /** the service's device was made, by which transaction ids outlive a restart */
  durable_transactions: boolean | null;
  /** `/messages` gives an edited event with its latest edit in `unsigned` */
  bundled_edits: boolean | null;
  /** the most events that `/messages` gives at once */
  page_limit: number | null;
  /** the largest file that it takes, in bytes */
  upload_limit: number | null;
  /** which answers to `homeserver.admin_token`; null: none is configured */
  admin_api: "synapse" | "dendrite" | "none" | null;
  /** the endpoints of media answer */
  media: boolean | null;
  /** why a capability is missing or unknown, in words, by its name above */
  reasons: Record<string, string>;
}

/** Of a homeserver that has not been asked yet. */
export const UNKNOWN_CAPABILITIES: Readonly<Capabilities> = {
  software: null,
  spec_versions: [],
  room_versions: { default: null, available: [] },
  probed_at: null,
  state_event_ids: null,
  dated_events: null,
  dated_state: null,
  redaction: null,
  durable_transactions: null,
  bundled_edits: null,
  page_limit: null,
  upload_limit: null,
  admin_api: null,
  media: null,
  reasons: {},
};

/**
 * What is known of the homeserver now, of all processes of the service; asks nobody but the database. What is seen at the moment wins.
 * @throws StoreAway
 */
export type KnownCapabilities = () => Promise<Capabilities>;
