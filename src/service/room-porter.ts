import { rm } from "node:fs/promises";
import type { Readable } from "node:stream";
import { serverOf } from "../matrix/ids.ts";
import { stringMember } from "../matrix/json.ts";
import { refusalsOfRoom } from "../policy/refusals.ts";
import type { BundleStore } from "../ports/bundle-store.ts";
import type { HomeserverAccess } from "../ports/homeserver/homeserver-access.ts";
import type { RoomReader } from "../ports/homeserver/homeserver.ts";
import { TooManyJobs, type Job, type JobStore } from "../ports/job-store.ts";
import type { JobMeter } from "../ports/metrics.ts";
import type { PolicyStore } from "../ports/policy-store.ts";
import {
  requireJoined,
  requirePermission,
  requireRoomId,
  requireUserId,
  type Permissions,
} from "../requests/access.ts";
import { actorOf } from "../audit/audit-trail.ts";
import { requireGoodBundle } from "../imports/bundle-intake.ts";
import { withFailures } from "../requests/failure-of.ts";
import { exportParams } from "../exports/params.ts";
import { importParams } from "../imports/params.ts";
import { jobIdOf } from "../requests/job-id.ts";
import type { JobControl } from "../jobs/job-control.ts";
import { hasEnded } from "../jobs/job-watch.ts";
import { LiveExports } from "../exports/live-exports.ts";
import { RequestError } from "../requests/failure.ts";
import type { ExportOptions, ReadyBundle } from "../exports/options.ts";
import type { Porter } from "./porter.ts";
import type { Requester } from "../requests/requester.ts";
import type { RoomExporter } from "../exports/room-exporter.ts";
import { refuse } from "../requests/refuse.ts";
import type { KnownKey } from "../requests/signed-by.ts";
import type { RoomAccess } from "../rooms/room-access.ts";
import { isStillTheirs } from "../exports/still-theirs.ts";
import { findWorkspace } from "../requests/workspace.ts";

type ImportOptions = Parameters<Porter["startImport"]>[2];

export interface RoomPorterParts {
  store: JobStore;
  desk: JobControl;
  /** how many jobs of one owner may be queued or running */
  jobsPerUser: number;
  bundles: BundleStore;
  homeserver: HomeserverAccess;
  exporter: RoomExporter;
  serverName: string;
  permissions: Permissions;
  /** slug to room id or alias */
  workspaces: Readonly<Record<string, string>>;
  /** what the service knows of rooms that it made */
  policies: Pick<PolicyStore, "get">;
  /** whose signatures are known. @throws StoreAway */
  knownKeys: () => Promise<readonly KnownKey[]>;
  access: Pick<RoomAccess, "hides">;
  meter?: JobMeter;
}

/** How long a door waits for a homeserver that is away before it says so, in milliseconds. */
const CHECK_MS = 20_000;
const JOBS_SHOWN = 100;

/** The service behind its doors: who may do what, what is refused, and what is queued. */
export class RoomPorter implements Porter {
  readonly #parts: RoomPorterParts;
  readonly #live = new LiveExports();

  constructor(parts: RoomPorterParts) {
    this.#parts = parts;
  }

  exportNow(
    roomId: string,
    requester: Requester,
    options: ExportOptions & { as?: string; progressId?: string },
    signal: AbortSignal,
  ): Promise<ReadyBundle> {
    return withFailures(async () => {
      const { homeserver, permissions, exporter } = this.#parts;
      requirePermission(permissions, requester);
      requireRoomId(roomId);
      const { userId, accessToken, adminToken } = requester;
      const { as, progressId, ...what } = options;
      if (as !== undefined && !adminToken)
        throw new RequestError("forbidden", "M_FORBIDDEN", "Only an admin token can export as somebody else");
      if (as !== undefined) requireUserId(as);
      if (!adminToken && accessToken === undefined)
        throw new RequestError("unauthorized", "M_MISSING_TOKEN", "Exporting needs the requester's access token");
      const soon = AbortSignal.any([signal, AbortSignal.timeout(CHECK_MS)]);
      if (accessToken !== undefined) {
        await this.#requireExportable(roomId, requester, homeserver.asUser(userId, accessToken, soon).reader, soon);
        const source = homeserver.asUser(userId, accessToken, signal);
        return await this.#live.show(progressId, { owner: userId, roomId }, (onProgress) =>
          exporter.collect({ ...source, roomId, exportedBy: userId, options: what, onProgress }, signal),
        );
      }
      await this.#requireExportable(roomId, requester, homeserver.asService(soon).reader, soon);
      if (as !== undefined)
        await requireJoined(homeserver.asService(soon).reader, roomId, as, `${as} is not in this room`);
      const { reader, media } = homeserver.asService(signal);
      const request = { reader, media, roomId, exportedBy: reader.userId, options: what, visibleTo: as };
      return await this.#live.show(progressId, { owner: userId, roomId }, (onProgress) =>
        exporter.collect({ ...request, onProgress }, signal),
      );
    });
  }

  startExport(roomId: string, requester: Requester, options: ExportOptions & { requestId?: string }): Promise<Job> {
    return withFailures(async () => {
      const { homeserver, permissions, desk, store } = this.#parts;
      requirePermission(permissions, requester);
      requireRoomId(roomId);
      const { userId, adminToken } = requester;
      const id = jobIdOf(userId, options.requestId);
      const known = await store.get(id);
      if (known) return known;
      const soon = AbortSignal.timeout(CHECK_MS);
      const { reader } = homeserver.asService(soon);
      await this.#requireExportable(roomId, requester, reader, soon);
      if (!adminToken) await requireJoined(reader, roomId, userId, "You are not in this room");
      const params = exportParams(adminToken ? undefined : userId, options);
      const what = { id, kind: "export", owner: userId, params, room_id: roomId } as const;
      const granted = { action: "export", outcome: "granted", ...actorOf(requester), details: ["as_service"] } as const;
      const job = await store.create(what, this.#mayHave(requester), granted);
      desk.wake();
      return job;
    });
  }

  startImport(file: string, requester: Requester, options: ImportOptions): Promise<Job> {
    return withFailures(async () => {
      try {
        return await this.#startImport(file, requester, options);
      } finally {
        await rm(file, { force: true });
      }
    });
  }

  async #startImport(file: string, requester: Requester, options: ImportOptions): Promise<Job> {
    const { permissions, bundles, store, desk, knownKeys } = this.#parts;
    requirePermission(permissions, requester);
    const id = jobIdOf(requester.userId, options.requestId);
    const known = await store.get(id);
    if (known) return known;
    if ((await store.unfinished(requester.userId)) >= this.#mayHave(requester)) throw new TooManyJobs();
    const importingUser = await this.#importingUser(requester, options.as);
    const { sha256, signedBy } = await requireGoodBundle(file, knownKeys);
    const workspace =
      options.workspace === undefined ? undefined : await this.#findWorkspace(options.workspace, requester);
    // first the bundle: a job that is queued can be claimed at once
    await bundles.put(id, file);
    this.#parts.meter?.bundle("read", (await bundles.size(id)) ?? 0);
    const params = importParams({ importingUser, bundleSha256: sha256, signedBy, workspace });
    const what = { id, kind: "import", owner: requester.userId, params, room_id: null } as const;
    const forWhom = importingUser === requester.userId ? null : importingUser;
    const granted = { action: "import", outcome: "granted", ...actorOf(requester), on_behalf_of: forWhom } as const;
    try {
      const job = await store.create(what, this.#mayHave(requester), granted);
      desk.wake();
      return job;
    } catch (error) {
      if (error instanceof TooManyJobs) await bundles.remove(id);
      throw error;
    }
  }

  job(id: string, requester: Requester): Promise<Job> {
    return withFailures(async () => {
      const job = (await this.#parts.desk.get(id)) ?? this.#live.get(id);
      // somebody else's job is as unknown as one that does not exist
      if (!job || !(requester.admin || job.owner === requester.userId))
        throw new RequestError("not_found", "M_NOT_FOUND", "There is no such job");
      return job;
    });
  }

  jobs(requester: Requester): Promise<Job[]> {
    return withFailures(async () => {
      const { store, desk, permissions } = this.#parts;
      requirePermission(permissions, requester);
      const jobs = await store.list(requester.admin ? undefined : requester.userId, JOBS_SHOWN);
      return jobs.map((job) => desk.freshest(job));
    });
  }

  cancel(id: string, requester: Requester, { keep = false }: { keep?: boolean } = {}): Promise<Job> {
    return withFailures(async () => {
      if (!hasEnded(await this.job(id, requester))) await this.#parts.desk.cancel(id, keep, actorOf(requester));
      return await this.job(id, requester);
    });
  }

  retry(id: string, requester: Requester): Promise<Job> {
    return withFailures(async () => {
      const { store, bundles, desk } = this.#parts;
      const job = await this.job(id, requester);
      if (job.held !== "kept") throw new RequestError("conflict", "M_BAD_STATE", whyNoRetry(job));
      if (job.kind === "import" && (await bundles.size(id)) === undefined)
        throw new RequestError("gone", "M_NOT_FOUND", "The bundle of this job is not kept any more: import it again");
      const asked = { action: "job_retry", outcome: "done", ...actorOf(requester) } as const;
      const again = await store.retry(id, this.#mayHave(requester), asked);
      desk.wake();
      return again ?? (await this.job(id, requester));
    });
  }

  async bundle(
    id: string,
    requester: Requester,
    range?: { start: number; end: number },
  ): Promise<{ body: Readable; size: number; fileName: string }> {
    const job = await this.job(id, requester);
    const theirs = await withFailures(() => isStillTheirs(job, requester, this.#parts));
    if (job.kind === "import" || job.state !== "succeeded" || !theirs)
      throw new RequestError("not_found", "M_NOT_FOUND", "This job has no bundle to give");
    const kept = await withFailures(() => this.#parts.bundles.open(id, range));
    if (!kept)
      throw new RequestError(
        "gone",
        "M_NOT_FOUND",
        "The bundle of this job is not kept any more: export the room again",
      );
    return { ...kept, fileName: stringMember(job.report, "file_name") ?? `${id}.zip` };
  }

  wait(id: string, milliseconds: number, signal: AbortSignal): Promise<Job> {
    return withFailures(() => this.#wait(id, milliseconds, signal));
  }

  async #wait(id: string, milliseconds: number, signal: AbortSignal): Promise<Job> {
    const { desk } = this.#parts;
    const enough = AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]);
    let leave = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      leave = desk.watch(id, (job) => {
        if (hasEnded(job)) resolve();
      });
      enough.addEventListener("abort", () => resolve(), { once: true });
    });
    try {
      const before = await desk.get(id);
      if (before && !hasEnded(before) && !enough.aborted) await ended;
      const job = await desk.get(id);
      if (!job) throw new RequestError("not_found", "M_NOT_FOUND", "There is no such job");
      return job;
    } finally {
      leave();
    }
  }

  watch(id: string, changed: (job: Job) => void): () => void {
    return this.#live.get(id) ? this.#live.watch(id, changed) : this.#parts.desk.watch(id, changed);
  }

  /** The reader is in the room, and nothing there refuses to travel. */
  async #requireExportable(
    roomId: string,
    requester: Requester,
    reader: RoomReader,
    signal: AbortSignal,
  ): Promise<void> {
    const service = this.#parts.homeserver.asService(signal).reader.userId;
    const message =
      reader.userId === service ? `${service} is not in this room: invite it there first` : "You are not in this room";
    await requireJoined(reader, roomId, reader.userId, message);
    // the same answer as for a room that does not exist
    if (await this.#parts.access.hides(roomId, requester)) throw new RequestError("forbidden", "M_FORBIDDEN", message);
    const recorded = (await this.#parts.policies.get(roomId))?.policy;
    refuse(refusalsOfRoom(await reader.state(roomId, signal), this.#parts.serverName, recorded));
  }

  #mayHave({ adminToken }: Requester): number {
    return adminToken ? Infinity : this.#parts.jobsPerUser;
  }

  async #importingUser(requester: Requester, as: string | undefined): Promise<string> {
    if (as === undefined) {
      if (!requester.adminToken) return requester.userId;
      throw new RequestError("invalid", "M_MISSING_PARAM", "An admin token needs `as`: the user for whom to import");
    }
    if (as === requester.userId) return as;
    if (!requester.adminToken)
      throw new RequestError("forbidden", "M_FORBIDDEN", "Only an admin token can import for somebody else");
    requireUserId(as);
    const { homeserver, serverName } = this.#parts;
    if (serverOf(as) !== serverName)
      throw new RequestError("invalid", "M_INVALID_PARAM", "The importing user must be one of this homeserver");
    if (!(await homeserver.hasUser(as, AbortSignal.timeout(CHECK_MS))))
      throw new RequestError(
        "invalid",
        "M_INVALID_PARAM",
        "The homeserver has no such user: nobody could enter the new room",
      );
    return as;
  }

  async #findWorkspace(name: string, requester: Requester): Promise<{ room_id: string; via: string[] }> {
    const { homeserver, workspaces, serverName } = this.#parts;
    const soon = AbortSignal.timeout(CHECK_MS);
    return await findWorkspace(name, requester.adminToken ? undefined : requester.userId, {
      slugs: workspaces,
      serverName,
      resolveAlias: (alias) => homeserver.resolveAlias(alias, soon),
      reader: homeserver.asService(soon).reader,
      hides: (roomId) => this.#parts.access.hides(roomId, requester),
    });
  }
}

function whyNoRetry({ state }: Job): string {
  if (state === "queued" || state === "running") return "This job goes on by itself";
  if (state === "succeeded") return "This job has succeeded: there is nothing to retry";
  return "This job was given up for good: start it again";
}
