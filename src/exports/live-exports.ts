import type { Job } from "../ports/job-store.ts";
import { jobError } from "../requests/failures/job-error.ts";
import { JobWatch } from "../jobs/job-watch.ts";
import { Pace } from "../jobs/pace.ts";
import { Places } from "../requests/limits/places.ts";
import type { Caller } from "../requests/requester.ts";
import { RequestError } from "../requests/failures/failure.ts";

/** Told how far it is; `total` null: not known. */
type OnProgress = (progress: { done: number; total: number | null }) => void;

/** Exports that are read for somebody who waits for the answer: shown like jobs meanwhile, by this process alone. */
export class LiveExports {
  readonly #jobs = new Map<string, Job>();
  readonly #watch = new JobWatch();
  readonly #places: Places;

  /** How many of one user, and how many in all. */
  constructor({ perUser, inAll }: { perUser: number; inAll: number }) {
    const settings = { perUser: "limits.live_exports_per_user", inAll: "limits.live_exports" };
    const instead = "export the room as a job";
    this.#places = new Places({ what: "exports under way", perUser, inAll, settings, instead });
  }

  /** A place for one export, from its begin until its bundle is written. @throws RequestError too_many */
  take(caller: Caller): Disposable {
    return this.#places.take(caller);
  }

  get(id: string): Job | undefined {
    return this.#jobs.get(id);
  }

  watch(id: string, changed: (job: Job) => void): () => void {
    return this.#watch.add(id, changed);
  }

  /**
   * Shows a reading from its begin to its end.
   * @param id undefined: it is not to be shown
   * @throws RequestError invalid where the id is taken; what `read` throws
   */
  async show<T>(
    id: string | undefined,
    { owner, roomId }: { owner: string; roomId: string },
    read: (onProgress: OnProgress) => Promise<T>,
  ): Promise<T> {
    if (id === undefined) return await read(() => undefined);
    if (this.#jobs.has(id)) throw new RequestError("invalid", "M_INVALID_PARAM", "progress: this id is taken");
    const pace = new Pace();
    let job: Job = { ...BEGUN, id, owner, room_id: roomId, created_at: Date.now() };
    const change = (changes: Partial<Job>): void => {
      job = { ...job, ...changes };
      this.#jobs.set(id, job);
      this.#watch.tell(job);
    };
    change({});
    try {
      const result = await read(({ done, total }) => {
        const now = performance.now();
        pace.reached(done, now);
        const rate = pace.rate(now);
        change({ progress: { done, total, unit: "events", ...(rate !== undefined && { rate }) } });
      });
      change({ state: "succeeded" });
      return result;
    } catch (error) {
      change({ state: "failed", error: jobError(error) });
      throw error;
    } finally {
      this.#jobs.delete(id);
    }
  }
}

const BEGUN = {
  kind: "export",
  state: "running",
  params: {},
  words: null,
  progress: { done: 0, total: null, unit: "events" },
  report: null,
  error: null,
  finished_at: null,
  cancel_requested: false,
  keep: false,
  fence: 0,
  lost_runs: 0,
  held: null,
} as const;
