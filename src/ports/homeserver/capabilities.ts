import { z } from "zod";

const seen = z.boolean().nullable();

/** What a homeserver was seen to do, as the database and the HTTP API have it. null: not tried, or it could not be told. */
export const CAPABILITIES = z.object({
  software: z.string().nullable().describe("name and version: for wording only, never for decisions"),
  spec_versions: z.array(z.string()).describe("of the Matrix specification, oldest first"),
  room_versions: z.object({
    default: z.string().nullable().describe("of new rooms"),
    available: z.array(z.object({ version: z.string(), stability: z.string() })),
  }),
  probed_at: z.int().nullable().describe("milliseconds since the epoch; null: never"),
  state_event_ids: seen.describe("`GET …/state/{type}/{key}?format=event` has `event_id`"),
  dated_events: seen.describe("`?ts=` is honoured on `PUT …/send`"),
  dated_state: seen.describe("`?ts=` is honoured on `PUT …/state`"),
  redaction: z
    .enum(["dated", "undated", "none"])
    .nullable()
    .describe("`dated`: through `/send` with `?ts=`; `undated`: by `PUT …/redact` only"),
  durable_transactions: seen.describe("the service has a device, by which transaction ids outlive a restart"),
  bundled_edits: seen.describe("`/messages` gives an edited message with its latest edit"),
  page_limit: z.int().nullable().describe("the most events that `/messages` gives at once; null: more than were tried"),
  upload_limit: z.int().nullable().describe("the largest file that it takes, in bytes"),
  admin_api: z
    .enum(["synapse", "dendrite", "none"])
    .nullable()
    .describe("which answers to `homeserver.admin_token`; null: none is configured"),
  media: seen.describe("the media endpoints answer at `homeserver.url`"),
  forget: seen.describe("`POST …/forget` answers at `homeserver.url`"),
  reasons: z.record(z.string(), z.string()).describe("why a capability is missing or unknown, by its name"),
});
export type Capabilities = z.output<typeof CAPABILITIES>;

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
  forget: null,
  reasons: {},
};

/**
 * What is known of the homeserver now, by all processes of the service; asks nobody but the database. What is seen at the moment wins.
 * @throws StoreAway
 */
export type KnownCapabilities = () => Promise<Capabilities>;
