import { hostname } from "node:os";
import { join } from "node:path";
import { homeserverAccess, type HomeserverSettings } from "../adapters/homeserver/access.ts";
import { auditLog } from "../adapters/database/stores/audit-log.ts";
import { CountedRows } from "../audit/counted-rows.ts";
import { takeCensus } from "../adapters/database/stores/census.ts";
import { isEmbedded, type Database } from "../adapters/database/database.ts";
import type { Dispatch } from "../adapters/database/postgres/dispatch.ts";
import { bundleRecords } from "../adapters/database/stores/bundle-records.ts";
import { crossSigningStore } from "../adapters/database/stores/cross-signing-store.ts";
import { capabilityStore } from "../adapters/database/stores/capability-store.ts";
import { importJournal } from "../adapters/database/stores/import-journal.ts";
import { jobStore } from "../adapters/database/stores/job-store.ts";
import { ownDatabase } from "../adapters/database/open.ts";
import { policyStore } from "../adapters/database/stores/policy-store.ts";
import { signingKeys } from "../adapters/database/stores/signing-keys.ts";
import { sweepTimes } from "../adapters/database/stores/sweep-times.ts";
import { synapseMediaRemoval } from "../adapters/homeserver/synapse/synapse-media-removal.ts";
import { scheduleStandings } from "../exports/scheduled/overdue.ts";
import type { ScheduleStanding } from "../ports/metrics.ts";
import { prometheusMetrics, type Metrics } from "../adapters/metrics/prometheus.ts";
import type { Registration } from "../config/registration.ts";
import type { Config } from "../config/schema.ts";
import { BundleRetention } from "../exports/kept/bundle-retention.ts";
import { DeliveredBundles } from "../exports/kept/delivered-bundles.ts";
import { mustGo } from "../exports/kept/still-theirs.ts";
import { exportSpools, type ExportSpools } from "../exports/export-spools.ts";
import { JobEndings } from "../jobs/job-endings.ts";
import { roomExporter, type RoomExporter } from "../exports/room-exporter.ts";
import { permissionBy, type Permission } from "../requests/access.ts";
import { operateWith, type RunOperation } from "../requests/operation.ts";
import { UserStorage } from "../exports/kept/user-storage.ts";
import { hourlyLimits, type HourlyLimits } from "../requests/limits/hourly.ts";
import { leaveUnfinishedRooms } from "../imports/unfinished-rooms.ts";
import type { AuditLog } from "../ports/audit-log.ts";
import type { BundleRecords } from "../ports/bundle-store.ts";
import type { Clock } from "../ports/clock.ts";
import { UNKNOWN_CAPABILITIES, type KnownCapabilities } from "../ports/homeserver/capabilities.ts";
import type { HomeserverAccess } from "../ports/homeserver/homeserver-access.ts";
import type { JournalOf } from "../ports/import-journal.ts";
import type { Job, JobStore } from "../ports/job-store.ts";
import type { Logger } from "../ports/logger.ts";
import type { PolicyStore } from "../ports/policy-store.ts";
import type { SigningKeys } from "../ports/signing-keys.ts";
import type { SweepTimes } from "../ports/sweep-times.ts";
import { UploadFiles } from "../uploads/upload-files.ts";
import { openStorage, type Storage } from "./storage.ts";
import { VERSION } from "./version.ts";

/** What every process of the service stands on, whether it answers or works. */
export interface ServiceContext {
  config: Config;
  registration: Registration;
  serviceUser: string;
  settings: HomeserverSettings;
  homeserver: HomeserverAccess;
  /** what the homeserver was seen to do */
  capabilities: KnownCapabilities;
  database: Database;
  /** undefined on SQLite: there one process does it all */
  dispatch: Dispatch | undefined;
  store: JobStore;
  audit: AuditLog;
  /** the same, for what anybody can bring about again and again */
  counted: CountedRows;
  /** what a user may do */
  permissionOf: (userId: string) => Permission;
  /** what every operation runs in */
  operate: RunOperation;
  journalOf: JournalOf;
  policies: PolicyStore;
  storage: Storage;
  records: BundleRecords;
  /** copies of bundles in the media repository */
  delivered: DeliveredBundles;
  retention: BundleRetention;
  sweeps: SweepTimes;
  spools: ExportSpools;
  /** what comes in pieces */
  uploadFiles: UploadFiles;
  endings: JobEndings;
  exporter: RoomExporter;
  keys: SigningKeys;
  /** how the schedules of exports stand */
  standings: () => Promise<ScheduleStanding[]>;
  metrics: Metrics;
  /** names this process */
  process: string;
  /** how much is kept for each user */
  userStorage: UserStorage;
  /** what each user may have within an hour, whatever the door */
  hourly: HourlyLimits;
  clock: Clock;
  logger: Logger;
  close(): Promise<void>;
}

async function openDispatch(database: Database, works: boolean, logger: Logger): Promise<Dispatch> {
  const loaded = await import("../adapters/database/postgres/dispatch.ts");
  return new loaded.Dispatch(database, works, logger);
}

/** How long the room of an unfinished import is tried to be left, in milliseconds. */
const RELEASE_MS = 10_000;

const clock = { now: () => Date.now() };

/**
 * @param works this process is to run jobs
 * @throws Error where the database's file or the storage cannot be had; a database server may be away
 */
export async function openContext(
  config: Config,
  registration: Registration,
  works: boolean,
  logger: Logger,
): Promise<ServiceContext> {
  const { server_name: serverName, url, admin_token: adminToken } = config.homeserver;
  const serviceUser = `@${registration.sender_localpart}:${serverName}`;
  const database = await ownDatabase(config.database.url, registration.as_token);
  const metrics = prometheusMetrics({
    takeCensus: async () => ({ ...(await takeCensus(database.kysely)), schedules: await standings() }),
    version: VERSION,
    clock,
    logger,
  });
  const asToken = registration.as_token;
  const settings = { url, serverName, asToken, serviceUser, logger, meter: metrics.homeserver, adminToken };
  const known = capabilityStore(database.kysely);
  const capabilities: KnownCapabilities = async () => (await known.read())?.capabilities ?? UNKNOWN_CAPABILITIES;
  const homeserver = homeserverAccess({ ...settings, capabilities, crossSigning: crossSigningStore(database) });
  const dispatch = isEmbedded(config.database.url) ? undefined : await openDispatch(database, works, logger);
  const store = jobStore(database, clock, dispatch?.announce);
  const about = { schedules: config.schedules, store, clock, startedAt: clock.now() };
  const standings = (): Promise<ScheduleStanding[]> => scheduleStandings(about);
  const audit = auditLog(database, clock);
  const { permissions, allow_guests: allowGuests } = config;
  const permissionOf = permissionBy({ permissions, allowGuests, serverName });
  const counted = new CountedRows(audit, logger);
  const operate = operateWith(permissionOf, counted, allowGuests);
  const journalOf: JournalOf = (run, part) => importJournal(database, run, part);
  const policies = policyStore(database.kysely, clock);
  const storage = await openStorage(config.storage, config.schedules, logger);
  const { bundles, work, space } = storage;
  const { retention_days: retentionDays, path } = config.storage;
  const sweeps = sweepTimes(database);
  const records = bundleRecords(database.kysely);
  const removal = adminToken === undefined ? undefined : synapseMediaRemoval(settings, adminToken);
  const delivered = new DeliveredBundles({ records, policies, store, removal, logger });
  const isToGo = (job: Job): Promise<boolean> => mustGo(job, { policies, records });
  const retention = new BundleRetention({
    bundles,
    store,
    mustGo: isToGo,
    delivered,
    alone: dispatch === undefined && config.storage.type === "disk",
    retentionDays,
    schedules: config.schedules,
    clock,
    times: sweeps,
    logger,
  });
  const spools = await exportSpools(join(path, "exports"), store, isToGo);
  const perUser = config.limits.storage_per_user || Infinity;
  const uploadFiles = await UploadFiles.open(join(path, "uploads"), space);
  const uploaded = async (owner: string): Promise<number> =>
    (await uploadFiles.ofOwner(owner)).reduce((sum, { size }) => sum + size, 0);
  const userStorage = new UserStorage({ store, bundles, perUser, retentionDays, uploaded, clock, logger });
  const keys = signingKeys(database, clock);
  const exporter = roomExporter({
    serverName,
    serviceUser,
    spoolDir: work.path,
    space,
    generator: `roomporter/${VERSION}`,
    policies,
    keys,
    clock,
    logger,
    meter: metrics.jobs,
  });
  const endings = new JobEndings(
    store,
    async (job) => {
      await retention.release(job);
      await spools.sweep();
      await leaveUnfinishedRooms(homeserver.asService(AbortSignal.timeout(RELEASE_MS)).writer, job, journalOf);
    },
    logger,
  );
  return {
    config,
    registration,
    serviceUser,
    settings,
    homeserver,
    capabilities,
    database,
    dispatch,
    store,
    audit,
    counted,
    permissionOf,
    operate,
    journalOf,
    policies,
    storage,
    records,
    delivered,
    retention,
    sweeps,
    spools,
    uploadFiles,
    endings,
    exporter,
    keys,
    standings,
    metrics,
    userStorage,
    hourly: hourlyLimits(config.limits),
    process: `${hostname()}/${String(process.pid)}`,
    clock,
    logger,
    async close() {
      await counted.stop();
      await dispatch?.stop();
      await storage.close();
      await database.close();
    },
  };
}
