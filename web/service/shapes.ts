import * as z from "zod/mini";
import type { JOB as DESCRIBED_JOB } from "../../src/http/endpoints/jobs/job-shape.ts";
import type { SERVICE as DESCRIBED_SERVICE } from "../../src/http/endpoints/service/show-service.ts";

/** As the API's description has it. */
export type Job = z.output<typeof DESCRIBED_JOB>;
export type ServiceInfo = Pick<z.output<typeof DESCRIBED_SERVICE>, "homeserver" | "service_user" | "upload_size">;

const text = z.nullable(z.string());
const count = z.nullable(z.number());

export const JOB: z.ZodMiniType<Job> = z.object({
  job_id: z.string(),
  kind: z.enum(["export", "import", "gdpr_export", "space_export", "predecessors_export", "space_import", "convert"]),
  state: z.enum(["queued", "running", "succeeded", "failed", "cancelled"]),
  kept: z.boolean(),
  requester: z.string(),
  created_at: z.string(),
  finished_at: text,
  progress: z.object({
    done: z.number(),
    total: count,
    unit: z.enum(["events", "rooms"]),
    rate: count,
    seconds_left: count,
  }),
  room_id: text,
  subject: text,
  report: z.nullable(z.looseObject({})),
  error: z.nullable(z.object({ errcode: z.string(), error: z.string(), retry: z.boolean() })),
});
export const JOBS = z.object({ jobs: z.array(JOB), next_batch: z.optional(z.string()) });

export const SERVICE: z.ZodMiniType<ServiceInfo> = z.object({
  homeserver: z.object({ server_name: z.string(), base_url: z.string() }),
  service_user: z.string(),
  upload_size: z.number(),
});

export const WHOAMI = z.object({ user_id: text, permission: z.enum(["none", "user", "admin"]) });

const ROOM = z.object({
  room_id: z.string(),
  name: text,
  alias: text,
  type: text,
  members: count,
  encrypted: z.boolean(),
  heroes: z.array(z.string()),
  children: z.array(z.string()),
  avatar_url: text,
  last_event_at: count,
});
export type Room = z.output<typeof ROOM>;
export const ROOMS = z.object({ rooms: z.array(ROOM) });

const MEMBER = z.object({
  user_id: z.string(),
  display_name: text,
  membership: z.enum(["join", "leave", "ban"]),
});
export type Member = z.output<typeof MEMBER>;
export const MEMBERS = z.object({ members: z.array(MEMBER) });

const UPLOAD = z.object({ upload_id: z.string(), metadata: z.record(z.string(), text) });
export type BegunUpload = z.output<typeof UPLOAD>;
export const UPLOADS = z.object({ uploads: z.array(UPLOAD) });

const WORKSPACE = z.object({ room_id: z.string(), name: text, slug: text });
export type Workspace = z.output<typeof WORKSPACE>;
export const WORKSPACES = z.object({ workspaces: z.array(WORKSPACE) });

const REASON = z.object({ code: z.string(), message: z.string() });

/** What the import of a collection would make (`POST /v1/spaces/import?dry_run=true`). */
export const SPACE_PREVIEW = z.object({
  rooms: z.array(
    z.object({
      room_id: z.string(),
      name: text,
      events: z.number(),
      already_imported: z.nullable(z.object({ room_id: text })),
    }),
  ),
  refused: z.array(z.object({ room_id: z.string(), reasons: z.array(REASON) })),
  upgrades: z.array(z.array(z.string())),
  counts: z.object({ rooms: z.number() }),
  seconds: z.number(),
});
export type SpacePreview = z.output<typeof SPACE_PREVIEW>;
