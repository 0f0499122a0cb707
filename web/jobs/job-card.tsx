import { useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { useRoomName } from "../rooms/rooms.tsx";
import type { Job } from "../service/shapes.ts";
import type { ExportFormat } from "../service/service.ts";
import { useSession } from "../session/session.ts";
import { dayAndTime } from "../texts/format.ts";
import { t } from "../texts/texts.ts";
import { Bar } from "../ui/bar.tsx";
import { Notice } from "../ui/notice.tsx";
import { English, sentenceOf } from "../ui/sentence.tsx";
import { Download } from "./download.tsx";
import { JobDetails } from "./job-details.tsx";
import { jobTitle, percentOf, progressText, stateWord } from "./job-words.ts";
import { isUnderWay, useJobs } from "./jobs.tsx";
import { OpenRoom } from "./open-room.tsx";
import { COLLECTION_REPORT, CONVERSION_REPORT, EXPORT_REPORT } from "./reports.ts";

/** What such a job makes is a ZIP of bundles. */
const MANY_ROOMS: readonly Job["kind"][] = ["gdpr_export", "space_export", "predecessors_export"];

interface Props {
  job: Job;
  format?: ExportFormat;
  /** told of the job as it stands after somebody has done something about it; default: the person's jobs are */
  onChange?: (job: Job) => void;
}

/** One job: what it is, how far, and what can be done about it. */
export function JobCard({ job, format, onChange }: Props): ReactNode {
  const { service, userId } = useSession();
  const jobs = useJobs();
  const took = onChange ?? jobs.took;
  const title = jobTitle(job, useRoomName());
  const [failure, setFailure] = useState<ReactNode>();
  const act = (what: (jobId: string) => Promise<Job>) => (): void => {
    setFailure(undefined);
    what(job.job_id).then(took, (error: unknown) => setFailure(sentenceOf(error)));
  };
  const converted = job.kind === "convert" ? CONVERSION_REPORT.safeParse(job.report).data : undefined;
  const report =
    job.kind === "export" && job.state === "succeeded" ? EXPORT_REPORT.safeParse(job.report).data : undefined;
  return (
    <article className="card job" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <span className={`state ${job.state}`}>{stateWord(job)}</span>
      </header>
      <p className="soft">
        {dayAndTime(job.created_at)}
        {job.requester !== userId && ` · ${t.jobs.byUser(job.requester)}`}
      </p>
      {isUnderWay(job) && (
        <>
          <Bar label={title} percent={job.state === "queued" ? 0 : percentOf(job)} />
          <p className="soft">{progressText(job)}</p>
        </>
      )}
      {job.error && (
        <Notice kind="error">
          <English>{job.error.error}</English>
        </Notice>
      )}
      {job.kind === "convert" && job.state === "succeeded" && !converted && (
        <p className="soft">{t.jobs.lookedThrough}</p>
      )}
      {failure !== undefined && <Notice kind="error">{failure}</Notice>}
      <div className="actions">
        {MANY_ROOMS.includes(job.kind) && job.state === "succeeded" && (
          <Download job={job} name={COLLECTION_REPORT.safeParse(job.report).data?.file_name ?? "rooms.zip"} />
        )}
        {report && <Download job={job} name={report.file_name} formats={title} {...(format && { format })} />}
        {converted && <Download job={job} name={converted.file_name} />}
        {(job.kind === "import" || job.kind === "space_import") &&
          job.state === "succeeded" &&
          job.room_id !== null && <OpenRoom roomId={job.room_id} />}
        {isUnderWay(job) && (
          <>
            <Button className="button" onPress={act((id) => service.cancel(id, true))}>
              {t.jobs.pause}
            </Button>
            <Button className="button" onPress={act((id) => service.cancel(id))}>
              {t.jobs.cancel}
            </Button>
          </>
        )}
        {job.kept && (
          <>
            {(job.state === "cancelled" || job.error?.retry === true) && (
              <Button className="button" onPress={act((id) => service.retry(id))}>
                {job.state === "cancelled" ? t.jobs.resume : t.jobs.retry}
              </Button>
            )}
            <Button className="button" onPress={act((id) => service.cancel(id))}>
              {t.jobs.giveUp}
            </Button>
          </>
        )}
      </div>
      <JobDetails job={job} />
    </article>
  );
}
