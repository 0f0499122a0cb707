import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { ApiError } from "../service/api-error.ts";
import type { Job } from "../service/shapes.ts";
import { useSession } from "../session/session.ts";

/** How often the jobs are asked for, in milliseconds: while one is under way, and while none is. */
const BUSY_MS = 1000;
const IDLE_MS = 20_000;

interface Jobs {
  /** newest first; undefined: not known yet */
  jobs: readonly Job[] | undefined;
  /** the service does not answer; it is asked again */
  away: boolean;
  byId: (jobId: string) => Job | undefined;
  /** a job as an answer has just shown it */
  took: (job: Job) => void;
  /** loads older ones; undefined: there are none. Rejects with ApiError */
  more: (() => Promise<void>) | undefined;
}

const Context = createContext<Jobs | null>(null);

/** Keeps asking for the person's latest jobs: what was begun before a reload, or elsewhere, is among them. */
export function JobsProvider({ children }: { children: ReactNode }): ReactNode {
  const { service, userId } = useSession();
  const [known, setKnown] = useState<ReadonlyMap<string, Job> | undefined>();
  const [next, setNext] = useState<string | undefined>();
  const [away, setAway] = useState(false);
  const wake = useRef<() => void>(() => undefined);
  const learn = useCallback((jobs: readonly Job[]) => {
    setKnown((before) => new Map([...(before ?? []), ...jobs.map((job) => [job.job_id, job] as const)]));
  }, []);
  const load = useCallback(
    // an admin's Jobs page is about what they have asked for themselves, too
    (from?: string) => service.jobs({ requester: userId, ...(from !== undefined && { from }) }),
    [service, userId],
  );
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gone = false;
    let isFirst = true;
    const look = async (): Promise<void> => {
      let busy = true;
      try {
        const { jobs, next_batch: older } = await load();
        if (gone) return;
        learn(jobs);
        setAway(false);
        if (isFirst) setNext(older);
        isFirst = false;
        busy = jobs.some(isUnderWay);
      } catch (error) {
        // the next one tells; a token that is not good any more has ended the session
        if (!gone && error instanceof ApiError && (error.status === 0 || error.status >= 500)) setAway(true);
      }
      if (!gone) timer = setTimeout(() => void look(), busy ? BUSY_MS : IDLE_MS);
    };
    wake.current = () => {
      clearTimeout(timer);
      timer = setTimeout(() => void look(), BUSY_MS);
    };
    void look();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [load, learn]);
  const took = useCallback(
    (job: Job) => {
      learn([job]);
      wake.current();
    },
    [learn],
  );
  const value = useMemo(() => {
    const more = async (): Promise<void> => {
      const { jobs, next_batch: older } = await load(next);
      learn(jobs);
      setNext(older);
    };
    return {
      jobs: known && [...known.values()].toSorted((a, b) => b.created_at.localeCompare(a.created_at)),
      away,
      byId: (jobId: string) => known?.get(jobId),
      took,
      more: next === undefined ? undefined : more,
    };
  }, [known, away, took, next, load, learn]);
  return <Context value={value}>{children}</Context>;
}

/** The person's jobs. */
export function useJobs(): Jobs {
  const jobs = useContext(Context);
  if (jobs === null) throw new Error("no jobs");
  return jobs;
}

export function isUnderWay({ state }: Job): boolean {
  return state === "queued" || state === "running";
}
