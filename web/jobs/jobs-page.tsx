import { useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { t } from "../texts/texts.ts";
import { Notice } from "../ui/notice.tsx";
import { sentenceOf } from "../ui/sentence.tsx";
import { JobCard } from "./job-card.tsx";
import { useJobs } from "./jobs.tsx";

/** Everything that was asked for, newest first. */
export function JobsPage(): ReactNode {
  const { jobs, more } = useJobs();
  return (
    <>
      <div className="heading">
        <h1>{t.jobs.heading}</h1>
        <p>{t.jobs.lead}</p>
      </div>
      {jobs === undefined ? (
        <p role="status">{t.loading}</p>
      ) : jobs.length === 0 ? (
        <p className="card empty">{t.jobs.none}</p>
      ) : (
        <ul className="jobs" aria-label={t.jobs.list}>
          {jobs.map((job) => (
            <li key={job.job_id}>
              <JobCard job={job} />
            </li>
          ))}
        </ul>
      )}
      {more && <OlderJobs load={more} />}
    </>
  );
}

function OlderJobs({ load }: { load: () => Promise<void> }): ReactNode {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ReactNode>();
  const press = (): void => {
    setBusy(true);
    setFailure(undefined);
    load()
      .catch((error: unknown) => setFailure(sentenceOf(error)))
      .finally(() => setBusy(false));
  };
  return (
    <div className="stack">
      {failure !== undefined && <Notice kind="error">{failure}</Notice>}
      <div className="actions">
        <Button className="button" isDisabled={busy} onPress={press}>
          {busy ? t.loading : t.more}
        </Button>
      </div>
    </div>
  );
}
