import type { Job, JobState } from "../ports/job-store.ts";

/** Between two reports of progress to the same watcher, in milliseconds. Changes of state are reported at once. */
const QUIET_MS = 500;

/** Will nothing about this job change any more? */
export function hasEnded(job: Job): boolean {
  return job.state !== "queued" && job.state !== "running";
}

/** What a job does once somebody has cancelled it, as every door words it: it may have ended before. */
export function afterCancel(state: JobState): string {
  if (state === "cancelled") return "is cancelled";
  return state === "queued" || state === "running" ? "ends as soon as it can" : `had ended before: it has ${state}`;
}

interface Watcher {
  changed: (job: Job) => void;
  told?: Job;
  at: number;
  timer?: NodeJS.Timeout | undefined;
}

/** Who wants to know about the changes of which job. */
export class JobWatch {
  readonly #watchers = new Map<string, Set<Watcher>>();
  readonly #quietMs: number;

  constructor(quietMs = QUIET_MS) {
    this.#quietMs = quietMs;
  }

  /** Calls back until the returned function is called. */
  add(id: string, changed: (job: Job) => void): () => void {
    const watcher: Watcher = { changed, at: -Infinity };
    const others = this.#watchers.get(id) ?? new Set();
    this.#watchers.set(id, others.add(watcher));
    return () => {
      clearTimeout(watcher.timer);
      others.delete(watcher);
      if (others.size === 0) this.#watchers.delete(id);
    };
  }

  /** The ids of jobs that somebody watches. */
  watched(): string[] {
    return [...this.#watchers.keys()];
  }

  /** Where nothing has changed since, nobody is told. */
  tell(job: Job): void {
    for (const watcher of this.#watchers.get(job.id) ?? []) this.#tell(watcher, job);
  }

  #tell(watcher: Watcher, job: Job): void {
    clearTimeout(watcher.timer);
    if (watcher.told && looksSame(watcher.told, job)) return;
    const now = performance.now();
    const due = watcher.at + this.#quietMs - now;
    if (due > 0 && watcher.told?.state === job.state && watcher.told.room_id === job.room_id) {
      watcher.timer = setTimeout(() => this.#tell(watcher, job), due);
      watcher.timer.unref();
      return;
    }
    watcher.told = job;
    watcher.at = now;
    watcher.changed(job);
  }
}

function looksSame(one: Job, other: Job): boolean {
  return (
    one.state === other.state &&
    one.room_id === other.room_id &&
    one.progress.done === other.progress.done &&
    one.progress.total === other.progress.total &&
    one.progress.rate === other.progress.rate &&
    one.cancel_requested === other.cancel_requested
  );
}
