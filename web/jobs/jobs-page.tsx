import type { ReactNode } from "react";
import { t } from "../texts/texts.ts";
import { JobCard } from "./job-card.tsx";
import { useJobs } from "./jobs.tsx";

/** Everything that was asked for, newest first. */
export function JobsPage(): ReactNode {
  const { jobs } = useJobs();
  const inOrder = jobs?.toSorted((a, b) => b.created_at.localeCompare(a.created_at));
  return (
    <>
      <div className="heading">
        <h1>{t.jobs.heading}</h1>
        <p>{t.jobs.lead}</p>
      </div>
      {inOrder === undefined ? (
        <p role="status">{t.loading}</p>
      ) : inOrder.length === 0 ? (
        <p className="card empty">{t.jobs.none}</p>
      ) : (
        <ul className="jobs" aria-label={t.jobs.list}>
          {inOrder.map((job) => (
            <li key={job.job_id}>
              <JobCard job={job} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
