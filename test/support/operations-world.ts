import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { createAdministration, type Administration } from "../../src/administration/administration.ts";
import { allRoomsJob } from "../../src/exports/all-rooms/all-rooms-job.ts";
import { conversionJob } from "../../src/conversions/conversion-job.ts";
import type { Conversions } from "../../src/conversions/conversions.ts";
import { startConversion } from "../../src/conversions/start-conversion.ts";
import { spaceImportJob } from "../../src/imports/space/space-import-job.ts";
import { startSpaceImport } from "../../src/imports/space/start-space-import.ts";
import { previewSpaceImport, previewSpaceImportFrom } from "../../src/imports/space/preview-space-import.ts";
import { listedRoomsJob } from "../../src/exports/collection/listed-rooms-job.ts";
import { exportJob } from "../../src/exports/export-job.ts";
import { createExports, type Exports } from "../../src/exports/exports.ts";
import { LiveExports } from "../../src/exports/live-exports.ts";
import { IndexFeed } from "../../src/feed/index-feed.ts";
import { importJob } from "../../src/imports/import-job.ts";
import type { Imports } from "../../src/imports/imports.ts";
import { admitImport } from "../../src/imports/admit-import.ts";
import { startImportFrom } from "../../src/imports/start-import-from.ts";
import { undoImport } from "../../src/imports/undo-import.ts";
import { startImport } from "../../src/imports/start-import.ts";
import { UNKNOWN_CAPABILITIES } from "../../src/ports/homeserver/capabilities.ts";
import { JobAccess } from "../../src/jobs/job-access.ts";
import { JobControl } from "../../src/jobs/job-control.ts";
import { JobEndings } from "../../src/jobs/job-endings.ts";
import { JobWatch } from "../../src/jobs/job-watch.ts";
import { createJobs, type Jobs } from "../../src/jobs/jobs.ts";
import { readPolicy, type RoomPolicy } from "../../src/policy/room-policy.ts";
import { readAudit, type AuditReading } from "../../src/audit/read-audit.ts";
import type { JobKind, JobStore } from "../../src/ports/job-store.ts";
import type { ExistingRoom, PolicyStore } from "../../src/ports/policy-store.ts";
import type { Permission } from "../../src/requests/access.ts";
import { operateWith } from "../../src/requests/operation.ts";
import { hourlyLimits } from "../../src/requests/limits/hourly.ts";
import { Places } from "../../src/requests/limits/places.ts";
import { TurnsByOwner } from "../../src/requests/limits/turns-by-owner.ts";
import { RoomAccess } from "../../src/rooms/room-access.ts";
import { Roles } from "../../src/rooms/roles.ts";
import { roomOperations, type Rooms } from "../../src/rooms/rooms.ts";
import { UploadFiles } from "../../src/uploads/upload-files.ts";
import { createUploads, type Uploads } from "../../src/uploads/uploads.ts";
import { AMPLE } from "./fakes/ample-space.ts";
import { SILENT } from "./fakes/logger.ts";
import { MemoryHomeserver } from "./fakes/memory-homeserver/homeserver.ts";
import { membership, stateEvent } from "./room-events.ts";
import { memoryStores, toldAuditLog, type ToldAuditLog } from "./fakes/memory-stores.ts";

const SERVICE = "@service:x";
const NOTHING_KNOWN = { ...UNKNOWN_CAPABILITIES, problems: [] };

/** Everything that doors can call, real down to the ports, and what it stands on. */
export interface OperationsWorld {
  operations: {
    exports: Exports;
    imports: Imports;
    conversions: Conversions;
    jobs: Jobs;
    uploads: Uploads;
    rooms: Rooms;
    audit: AuditReading;
    feed: Pick<IndexFeed, "open">;
    administration: Administration;
  };
  log: ToldAuditLog;
  /** the id of an unfinished upload of `@ann:x` */
  upload: string;
  remove: () => Promise<void>;
}

/**
 * `people` are in two spaces that the service made: `!made:x` of `@ann:x`, and `!restricted:x` of `@hal:x`, who alone holds its role.
 * The jobs `of-ann` and `of-gone` are exports that have succeeded, `all` is the export of all rooms of `@former:x`.
 */
export async function operationsWorld(people: Readonly<Record<string, Permission>>): Promise<OperationsWorld> {
  const stores = memoryStores();
  const log = toldAuditLog(stores.audit);
  const operate = operateWith((userId) => people[userId] ?? "none", log);
  const members = [...Object.keys(people), ...Object.keys(people).map(guestOf), SERVICE].map((userId) =>
    membership(userId, "join"),
  );
  const create = stateEvent("m.room.create", "", { room_version: "11", type: "m.space" }, SERVICE);
  const levels = (owner: string) => stateEvent("m.room.power_levels", "", { users: { [SERVICE]: 150, [owner]: 100 } });
  const states = {
    "!made:x": [create, levels("@ann:x"), ...members],
    "!restricted:x": [create, levels("@hal:x"), ...members],
  };
  const { policies, jobs: store } = stores;
  const made = await madeRoom(policies, "!made:x", "@ann:x", {});
  await madeRoom(policies, "!restricted:x", "@hal:x", { visibility: "restricted", read_role_slugs: ["role"] });
  await ended(store, "of-ann", "export", "@ann:x", "!made:x");
  await ended(store, "of-gone", "export", "@gone:x", "!made:x");
  await ended(store, "all", "gdpr_export", "@former:x", null);
  const done = async (): Promise<void> => undefined;
  const server = new MemoryHomeserver();
  for (const userId of Object.keys(people)) server.as(userId);
  for (const [roomId, state] of Object.entries(states)) server.addRoom(roomId, state);
  server.aliases.set("#made:x", "!made:x");
  const homeserver = server.access(SERVICE);
  const roles = new Roles({
    roles: { role: { users: ["@hal:x"] } },
    reader: () => server.as(SERVICE),
    resolveAlias: async () => undefined,
  });
  const access = new RoomAccess({ policies, roles, roleLost: "remove" });

  const table = {
    export: exportJob(unused),
    import: importJob(unused),
    gdpr_export: allRoomsJob(unused),
    space_export: listedRoomsJob(unused, "space_export"),
    predecessors_export: listedRoomsJob(unused, "predecessors_export"),
    space_import: spaceImportJob(unused),
    convert: conversionJob(unused),
  };
  const live = new LiveExports({ perUser: 10, inAll: 100 });
  const endings = new JobEndings(store, done, SILENT);
  const control = new JobControl({ store, endings, watch: new JobWatch(), table, live });
  const jobAccess = new JobAccess(control, table, 10);
  const bundles = {
    size: async () => 2,
    open: async () => ({ body: Readable.from(["PK"]), size: 2 }),
    localFile: async () => ({ path: "/dev/null", [Symbol.asyncDispose]: done }),
  } as never;
  const common = { operate, control, jobAccess, homeserver, bundles };
  const bundle = { fileName: "a.zip", writeTo: done, dispose: done } as never;
  const exportRules = { serverName: "x", serviceUser: SERVICE, policies, access };
  const givingOut = { policies, records: stores.records, serverName: "x", policyNow: async () => undefined };
  const userStorage = { put: done, requireRoom: done };
  const hourly = hourlyLimits({ rooms_per_hour: 100, invitations_per_hour: 100 });
  const places = new Places({ what: "uploads", perUser: 10, inAll: 10, settings: { perUser: "a", inAll: "b" } });
  const admit = admitImport({
    ...common,
    capabilities: async () => UNKNOWN_CAPABILITIES,
    store,
    serverName: "x",
    userStorage,
    hourly,
    uploads: places,
  });
  const importing = {
    capabilities: async () => UNKNOWN_CAPABILITIES,
    ...common,
    store,
    policies,
    serverName: "x",
    workspaces: {},
    access,
    hourly,
    userStorage,
    verifying: new TurnsByOwner(2),
    authorMap: {},
    knownKeys: async () => [],
  };
  const start = startImport(importing);
  const startSpace = startSpaceImport(importing);
  const previewSpace = previewSpaceImport(importing);
  const folder = await mkdtemp(join(tmpdir(), "operations-"));
  const files = await UploadFiles.open(folder, AMPLE);
  const here = { ...common, files, workFolder: folder, space: AMPLE };
  const clock = { now: () => Date.now() };
  const upload = await files.create({ owner: "@ann:x", size: 3, metadata: {} }, clock.now());
  const rooms = roomOperations({
    operate,
    policies,
    roles,
    access,
    making: { make: async () => ({ room: made, uninvited: [] }) } as never,
    guard: { check: done } as never,
    closing: { begin: done, finish: async () => "purged" } as never,
    homeserver,
    serverName: "x",
    hourly,
    workspaces: {},
    bridges: [],
    operators: {
      incognito: {
        enabled: true,
        allow: ["*"],
        auto_close_on_leave: "asked",
        close_after_idle_days: 0,
        closing: "redact",
      },
      restricted: { enabled: true, allow: ["*"] },
    },
    discard: done,
    logger: SILENT,
  });
  return {
    log,
    upload: upload.id,
    remove: () => rm(folder, { recursive: true }),
    operations: {
      exports: createExports({
        ...common,
        exporter: { collect: async () => bundle },
        live,
        rules: exportRules,
        givingOut,
        work: { path: tmpdir(), space: AMPLE },
      }),
      imports: {
        admit,
        start,
        startFrom: startImportFrom({ ...here, start }),
        startSpace,
        startSpaceFrom: startImportFrom({ ...here, start: startSpace }, "space_import"),
        previewSpace,
        previewSpaceFrom: previewSpaceImportFrom({ ...here, preview: previewSpace }),
        undo: undoImport({ operate, policies, close: rooms.close }),
      },
      conversions: { start: startConversion({ ...here, store, userStorage }) },
      uploads: createUploads({ operate, files, admit, places, largest: 10, clock }),
      jobs: createJobs({ operate, store, control, access: jobAccess, table }),
      rooms,
      audit: readAudit({ operate, log }),
      administration: createAdministration({
        operate,
        homeserver: { report: async () => NOTHING_KNOWN, probe: async () => NOTHING_KNOWN },
        bundles: { list: async function* () {} },
        store,
        perUser: Infinity,
        metrics: { metrics: async () => [] },
      }),
      feed: new IndexFeed({
        log: { head: async () => ({ id: "log", position: 0 }), read: async () => [] } as never,
        recorder: { lookAtAll: () => undefined, look: () => undefined, busy: false },
        source: unused,
        rooms: unused,
        operate,
        serverName: "x",
      }),
    },
  };
}

/** Somebody in the rooms whom that requester may remove: others are still there. */
export function guestOf(userId: string): string {
  return `@guest-${userId.replaceAll(/[@:]/g, "-")}:x`;
}

/** What no operation comes to here. */
const unused = {} as never;

async function madeRoom(
  policies: PolicyStore,
  room_id: string,
  owner: string,
  policy: Partial<RoomPolicy>,
): Promise<ExistingRoom> {
  const room = await policies.begin({ id: room_id, origin: "imported", room_id, owner, policy: readPolicy(policy) });
  return { ...room, room_id };
}

/** A job that has succeeded. */
async function ended(store: JobStore, id: string, kind: JobKind, owner: string, room_id: string | null): Promise<void> {
  const { progress } = await store.create({ id, kind, owner, params: {}, room_id });
  const claimed = await store.claim("test", 60_000);
  if (claimed?.id !== id) throw new Error(`${id} was to be claimed`);
  await store.finish(claimed, "succeeded", { progress, report: {} });
}
