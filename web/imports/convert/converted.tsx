import { useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { useJobs, isUnderWay } from "../../jobs/jobs.tsx";
import { CONVERSION_REPORT, type ConversionReport } from "../../jobs/reports.ts";
import type { Job } from "../../service/shapes.ts";
import { useSession } from "../../session/session.ts";
import { bytes, number } from "../../texts/format.ts";
import { t } from "../../texts/texts.ts";
import { Bar } from "../../ui/bar.tsx";
import { Facts } from "../../ui/facts.tsx";
import { Reasons } from "../../ui/reasons.tsx";
import { English, sentencesOf } from "../../ui/sentence.tsx";
import { AlreadyImported } from "../already-imported.tsx";
import { ChooseSpace } from "../choose-space.tsx";
import { isAlreadyImported } from "../use-attempt.ts";

export interface Chosen {
  /** as the export calls it; undefined: the only one */
  name: string | undefined;
  /** undefined where it was refused */
  job: Job | undefined;
  refusal: readonly ReactNode[];
}

interface Failure {
  job: Job;
  name: string;
  error: unknown;
}

interface Props {
  chosen: readonly Chosen[];
  onImported: (jobs: Job[]) => void;
}

/** What became of each conversation, with what differs, before anything is imported; and the import. */
export function Converted({ chosen, onImported }: Props): ReactNode {
  const { service } = useSession();
  const { byId } = useJobs();
  const [space, setSpace] = useState("");
  const [busy, setBusy] = useState(false);
  const [failures, setFailures] = useState<Failure[]>([]);
  const now = chosen.map(({ job, ...rest }) => ({ ...rest, job: job && (byId(job.job_id) ?? job) }));
  const ready = now.flatMap(({ job }) => {
    const report = job && CONVERSION_REPORT.safeParse(job.report).data;
    return job && report ? [{ job, report }] : [];
  });
  const waiting = now.some(({ job }) => job !== undefined && isUnderWay(job));

  const start = async (which: readonly Pick<Job, "job_id">[], again: boolean): Promise<void> => {
    setBusy(true);
    const begun: Job[] = [];
    const failed: Failure[] = [];
    for (const { job, report } of ready) {
      if (!which.some(({ job_id: id }) => id === job.job_id)) continue;
      try {
        begun.push(await service.importFrom({ job_id: job.job_id }, { space, again }));
      } catch (error) {
        failed.push({ job, name: report.room.name ?? t.imports.unnamed, error });
      }
    }
    setBusy(false);
    setFailures(failed);
    if (begun.length > 0) onImported(begun);
  };

  return (
    <>
      <h3>{t.conversions.result}</h3>
      {now.map(({ name, job, refusal }, index) => (
        <OneConverted key={job?.job_id ?? index} name={name} job={job} refusal={refusal} />
      ))}
      {failures.map(({ job, name, error }) =>
        isAlreadyImported(error) ? (
          <AlreadyImported key={job.job_id} earlier={error} onAgain={() => void start([job], true)} />
        ) : (
          <Reasons key={job.job_id} heading={t.conversions.importFailed(name)} sentences={sentencesOf(error)} />
        ),
      )}
      {ready.length > 0 && !waiting && (
        <>
          <ChooseSpace space={space} onChange={setSpace} />
          <div className="actions">
            <Button
              className="button primary"
              isDisabled={busy}
              onPress={() =>
                void start(
                  ready.map(({ job }) => job),
                  false,
                )
              }
            >
              {t.conversions.submit(ready.length)}
            </Button>
            {busy && (
              <span className="soft" role="status">
                {t.imports.checking}
              </span>
            )}
          </div>
        </>
      )}
    </>
  );
}

function OneConverted({ name, job, refusal }: Chosen): ReactNode {
  const report = job && CONVERSION_REPORT.safeParse(job.report).data;
  const title = report?.room.name ?? name ?? t.imports.unnamed;
  const failure = job?.error ? [<English key="error">{job.error.error}</English>] : refusal;
  return (
    <section className="converted stack" aria-label={title}>
      <h4>
        <bdi>{title}</bdi>
      </h4>
      <Reasons heading={t.conversions.failed} sentences={failure} />
      {job && isUnderWay(job) && <Converting job={job} />}
      {report && <Facts facts={factsOf(report)} />}
    </section>
  );
}

/** How far a conversion is. */
export function Converting({ job }: { job: Job }): ReactNode {
  const { done } = job.progress;
  return (
    <>
      <Bar label={t.conversions.converting} percent={null} />
      <p className="soft" role="status">
        {done === 0 ? t.conversions.converting : t.conversions.soFar(number(done))}
      </p>
    </>
  );
}

function factsOf({ counts, size, ledger }: ConversionReport): [string, ReactNode][] {
  const lines = ledger.map(({ message, count }) => (count === 1 ? message : `${message} (${number(count)})`));
  return [
    [
      t.imports.content,
      [
        t.imports.events(counts.events, number(counts.events)),
        ...(counts.media_files === 0
          ? [t.imports.noFiles]
          : [t.imports.filesOnly(counts.media_files, number(counts.media_files))]),
      ].join(", "),
    ],
    [t.imports.people, number(counts.senders)],
    [t.conversions.size, bytes(size)],
    [
      t.conversions.differs,
      lines.length === 0 ? (
        t.conversions.nothingDiffers
      ) : (
        <ul key="ledger">
          {lines.map((line) => (
            <li key={line}>
              <English>{line}</English>
            </li>
          ))}
        </ul>
      ),
    ],
  ];
}
