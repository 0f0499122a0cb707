import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import type { Job } from "../service/shapes.ts";
import { useSession } from "../session/session.ts";

/** How often the jobs are asked for, in milliseconds: while one is under way, and while none is. */
const BUSY_MS = 1000;
const IDLE_MS = 20_000;

interface Jobs {
  /** newest first; undefined: not known yet */
  jobs: readonly Job[] | undefined;
  byId: (jobId: string) => Job | undefined;
  /** a job as an answer has just shown it */
  took: (job: Job) => void;
}

const Context = createContext<Jobs | null>(null);

/** Keeps asking for the person's jobs: what was begun before a reload, or elsewhere, is among them. */
export function JobsProvider({ children }: { children: ReactNode }): ReactNode {
  const { service, userId } = useSession();
  const [jobs, setJobs] = useState<readonly Job[] | undefined>();
  const wake = useRef<() => void>(() => undefined);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gone = false;
    const look = async (): Promise<void> => {
      let busy = true;
      try {
        // an admin's Jobs page is about what they have asked for themselves, too
        const { jobs: all } = await service.jobs({ requester: userId });
        if (gone) return;
        setJobs(all);
        busy = all.some(isUnderWay);
      } catch {
        // the next one tells; a token that is not good any more has ended the session
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
  }, [service, userId]);
  const took = useCallback((job: Job) => {
    setJobs((all = []) => [job, ...all.filter(({ job_id }) => job_id !== job.job_id)]);
    wake.current();
  }, []);
  const value = useMemo(() => {
    const known = new Map((jobs ?? []).map((job) => [job.job_id, job]));
    return { jobs, byId: (jobId: string) => known.get(jobId), took };
  }, [jobs, took]);
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
