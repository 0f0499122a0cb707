import { useCallback, useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { JobCard } from "../jobs/job-card.tsx";
import type { Job } from "../service/shapes.ts";
import { useSession } from "../session/session.ts";
import { t } from "../texts/texts.ts";
import { Field } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { AllRoomsExport } from "./all-rooms-export.tsx";
import { PageList } from "./page-list.tsx";
import { useSettled } from "./use-settled.ts";
import { usePages } from "./use-pages.ts";

const PAGE = "20";
const STATES = ["queued", "running", "succeeded", "failed", "cancelled"] as const;

/** Everybody's jobs, to be narrowed; and the export of all rooms. */
export function AllJobs(): ReactNode {
  const { service } = useSession();
  const [state, setState] = useState("");
  const [kind, setKind] = useState("");
  const [requester, setRequester] = useState("");
  const whose = useSettled(requester.trim());
  const pages = usePages<Job>(
    useCallback(
      async (from) => {
        const query = { state, kind, requester: whose, from: from ?? "", limit: PAGE };
        const wanted = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ""));
        const { jobs, next_batch: next } = await service.jobs(wanted);
        return { items: jobs, next };
      },
      [service, state, kind, whose],
    ),
  );
  const took = (job: Job): void =>
    pages.change((jobs) =>
      jobs.some(({ job_id: id }) => id === job.job_id)
        ? jobs.map((each) => (each.job_id === job.job_id ? job : each))
        : [job, ...jobs],
    );
  return (
    <div className="columns">
      <div className="stack">
        <div className="filters" role="group" aria-label={t.admin.filters}>
          <Select
            label={t.admin.jobs.state}
            value={state}
            options={[["", t.admin.any], ...STATES.map((each) => [each, t.jobs.state[each]] as const)]}
            onChange={setState}
          />
          <Select
            label={t.admin.jobs.kind}
            value={kind}
            options={[["", t.admin.any], ...Object.entries(t.admin.jobs.kinds)]}
            onChange={setKind}
          />
          <Field label={t.jobs.requester} placeholder={t.admin.anybody} value={requester} onChange={setRequester} />
          <Button className="button" onPress={pages.reload}>
            {t.admin.reload}
          </Button>
        </div>
        <PageList pages={pages} none={t.admin.jobs.none}>
          {(jobs) => (
            <ul className="jobs" aria-label={t.jobs.list}>
              {jobs.map((job) => (
                <li key={job.job_id}>
                  <JobCard job={job} onChange={took} />
                </li>
              ))}
            </ul>
          )}
        </PageList>
      </div>
      <div className="side">
        <AllRoomsExport onBegun={took} />
      </div>
    </div>
  );
}
