import type { Readable } from "node:stream";
import type { AuditEntry, AuditLog } from "../ports/audit-log.ts";
import type { Job } from "../ports/job-store.ts";
import { actorOf, outcomeOf } from "../audit/audit-trail.ts";
import { withFailures } from "../requests/failure-of.ts";
import type { ExportOptions, ReadyBundle } from "../exports/options.ts";
import type { Porter } from "./porter.ts";
import type { Requester } from "../requests/requester.ts";

type Options<Method extends "startImport" | "cancel"> = Parameters<Porter[Method]>[2];

/**
 * A porter whose refusals, and whose bundles that leave the service, stand in the audit log: what cannot be recorded there is not
 * answered. What starts and ends jobs records itself together with them (`JobStore`).
 */
export class AuditedPorter implements Porter {
  readonly #porter: Porter;
  readonly #log: AuditLog;

  constructor(porter: Porter, log: AuditLog) {
    this.#porter = porter;
    this.#log = log;
  }

  async exportNow(
    roomId: string,
    requester: Requester,
    options: ExportOptions & { as?: string; progressId?: string },
    signal: AbortSignal,
  ): Promise<ReadyBundle> {
    const how = requester.adminToken ? "as_service" : "as_requester";
    const entry = this.#entry("export", requester, {
      room_id: roomId,
      on_behalf_of: options.as ?? null,
      details: [how],
    });
    const bundle = await this.#told(entry, () => this.#porter.exportNow(roomId, requester, options, signal), signal);
    try {
      await withFailures(() => this.#log.record(entry));
      return bundle;
    } catch (error) {
      await bundle.dispose();
      throw error;
    }
  }

  startExport(roomId: string, requester: Requester, options: ExportOptions & { requestId?: string }): Promise<Job> {
    const entry = this.#entry("export", requester, { room_id: roomId, details: ["as_service"] });
    return this.#told(entry, () => this.#porter.startExport(roomId, requester, options));
  }

  startImport(file: string, requester: Requester, options: Options<"startImport">): Promise<Job> {
    const entry = this.#entry("import", requester, { on_behalf_of: options.as ?? null });
    return this.#told(entry, () => this.#porter.startImport(file, requester, options));
  }

  cancel(id: string, requester: Requester, options?: Options<"cancel">): Promise<Job> {
    const entry = this.#entry("job_cancel", requester, { job_id: id });
    return this.#told(entry, () => this.#porter.cancel(id, requester, options));
  }

  retry(id: string, requester: Requester): Promise<Job> {
    const entry = this.#entry("job_retry", requester, { job_id: id });
    return this.#told(entry, () => this.#porter.retry(id, requester));
  }

  async bundle(
    id: string,
    requester: Requester,
    range?: { start: number; end: number },
  ): Promise<{ body: Readable; size: number; fileName: string }> {
    const entry = this.#entry("bundle_download", requester, { job_id: id });
    const bundle = await this.#told(entry, () => this.#porter.bundle(id, requester, range));
    if (range) return bundle;
    try {
      const { room_id } = await this.#porter.job(id, requester);
      await withFailures(() => this.#log.record({ ...entry, room_id }));
      return bundle;
    } catch (error) {
      bundle.body.destroy();
      throw error;
    }
  }

  job(id: string, requester: Requester): Promise<Job> {
    return this.#porter.job(id, requester);
  }

  jobs(requester: Requester): Promise<Job[]> {
    return this.#porter.jobs(requester);
  }

  wait(id: string, milliseconds: number, signal: AbortSignal): Promise<Job> {
    return this.#porter.wait(id, milliseconds, signal);
  }

  watch(id: string, changed: (job: Job) => void): () => void {
    return this.#porter.watch(id, changed);
  }

  #entry(action: AuditEntry["action"], requester: Requester, more: Partial<AuditEntry>): AuditEntry {
    return { action, outcome: "done", ...actorOf(requester), ...more };
  }

  /** Does it; where it fails, that is recorded first. */
  async #told<T>(entry: AuditEntry, act: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await act();
    } catch (error) {
      const outcome = signal?.aborted ? ({ outcome: "cancelled" } as const) : outcomeOf(error);
      await withFailures(() => this.#log.record({ ...entry, ...outcome }));
      throw error;
    }
  }
}
