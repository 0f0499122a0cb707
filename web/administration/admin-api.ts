import * as z from "zod/mini";
import type { Metric } from "../../src/ports/metrics.ts";
import type { HomeserverReport } from "../../src/administration/homeserver-check.ts";
import type { StorageUse } from "../../src/administration/show-storage.ts";
import { JOB, type Job } from "../service/shapes.ts";
import type { Service } from "../service/service.ts";

export type { HomeserverReport, Metric, StorageUse };

const text = z.nullable(z.string());
const ROW = z.object({
  position: z.number(),
  at: z.string(),
  action: z.string(),
  outcome: z.string(),
  door: z.string(),
  actor: z.string(),
  on_behalf_of: z.optional(z.string()),
  room_id: z.optional(z.string()),
  target: z.optional(z.string()),
  job_id: z.optional(z.string()),
  reasons: z.optional(z.array(z.string())),
  details: z.optional(z.array(z.string())),
  count: z.optional(z.number()),
});
export type AuditRow = z.output<typeof ROW>;
const ROWS = z.object({ rows: z.array(ROW), next_batch: z.optional(z.string()) });

const STORAGE: z.ZodMiniType<StorageUse> = z.object({
  bundles: z.number(),
  bytes: z.number(),
  per_user: z.nullable(z.number()),
  users: z.array(z.object({ owner: text, bundles: z.number(), bytes: z.number() })),
});

const seen = z.nullable(z.boolean());
const size = z.nullable(z.number());
const HOMESERVER: z.ZodMiniType<HomeserverReport> = z.object({
  software: text,
  spec_versions: z.array(z.string()),
  room_versions: z.object({
    default: text,
    available: z.array(z.object({ version: z.string(), stability: z.string() })),
  }),
  probed_at: size,
  state_event_ids: seen,
  dated_events: seen,
  dated_state: seen,
  redaction: z.nullable(z.enum(["dated", "undated", "none"])),
  durable_transactions: seen,
  bundled_edits: seen,
  page_limit: size,
  upload_limit: size,
  admin_api: z.nullable(z.enum(["synapse", "dendrite", "none"])),
  media: seen,
  forget: seen,
  reasons: z.record(z.string(), z.string()),
  problems: z.array(z.object({ key: z.string(), message: z.string() })),
});

const READY = z.object({ missing: z.array(z.object({ name: z.string(), message: z.string() })) });

const METRICS: z.ZodMiniType<{ metrics: Metric[] }> = z.object({
  metrics: z.array(
    z.object({
      name: z.string(),
      help: z.string(),
      type: z.string(),
      samples: z.array(z.object({ name: z.string(), labels: z.record(z.string(), z.string()), value: z.number() })),
    }),
  ),
});

const KEY = z.object({ key_id: z.string(), server_name: z.string(), public_key: z.string(), created_at: z.string() });
export type Key = z.output<typeof KEY>;

/** What is asked for: names and values as the endpoint takes them; empty ones are left out. */
export type Query = Readonly<Record<string, string>>;

export function queryText(query: Query): string {
  return new URLSearchParams(Object.entries(query).filter(([, value]) => value !== "")).toString();
}

/** The API as admins see it. Every call throws ApiError. */
export const readAudit = (service: Service, query: Query): Promise<z.output<typeof ROWS>> =>
  service.ask(`/v1/audit?${queryText(query)}`, ROWS);

export const showStorage = (service: Service): Promise<StorageUse> => service.ask("/v1/storage", STORAGE);

export const showHomeserver = (service: Service): Promise<HomeserverReport> =>
  service.ask("/v1/homeserver", HOMESERVER);

/** Has it probed anew. */
export const checkHomeserver = (service: Service): Promise<HomeserverReport> =>
  service.ask("/v1/homeserver/check", HOMESERVER, { method: "POST" });

export const readMetrics = async (service: Service): Promise<Metric[]> =>
  (await service.ask("/v1/metrics", METRICS)).metrics;

export const listKeys = async (service: Service): Promise<Key[]> =>
  (await service.ask("/v1/keys", z.object({ keys: z.array(KEY) }))).keys;

/** @param userId whose rooms; empty: all */
export const exportAllRooms = (service: Service, userId: string): Promise<Job> =>
  service.ask("/v1/gdpr/export", JOB, { method: "POST", body: userId === "" ? {} : { user_id: userId } });

/** What the service misses to do its work, by its name; `/ready` answers 503 where that is something. */
export async function whatIsMissing(): Promise<ReadonlyMap<string, string>> {
  const answer = await fetch("/ready", { credentials: "omit", cache: "no-store" });
  const { missing } = READY.parse(await answer.json());
  return new Map(missing.map(({ name, message }) => [name, message]));
}
