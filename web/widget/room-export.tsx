import { useMemo, useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { JobCard } from "../jobs/job-card.tsx";
import { useJobs } from "../jobs/jobs.tsx";
import { ExportOptions } from "../rooms/export-options.tsx";
import { EVERYTHING, faultsOf, queryOf } from "../rooms/export-query.ts";
import { useSession } from "../session/session.ts";
import { t } from "../texts/texts.ts";
import { Reasons } from "../ui/reasons.tsx";
import { sentencesOf } from "../ui/sentence.tsx";

/** What of the room to take, and what was taken of it before. */
export function RoomExport({ roomId }: { roomId: string }): ReactNode {
  const { service } = useSession();
  const { jobs, took } = useJobs();
  const rooms = useMemo(() => new Set([roomId]), [roomId]);
  const [choice, setChoice] = useState(EVERYTHING);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<readonly ReactNode[]>([]);
  const start = async (): Promise<void> => {
    setBusy(true);
    setRefusal([]);
    try {
      took(await service.startExport(roomId, queryOf(choice)));
    } catch (error) {
      setRefusal(sentencesOf(error));
    }
    setBusy(false);
  };
  const own = (jobs ?? []).filter((job) => job.kind === "export" && job.room_id === roomId);
  return (
    <>
      <section className="card stack" aria-label={t.rooms.options}>
        <ExportOptions choice={choice} onChange={setChoice} rooms={rooms} alone />
        <div className="actions">
          <Button
            className="button primary"
            isDisabled={busy || Object.keys(faultsOf(choice, rooms.size)).length > 0}
            onPress={() => void start()}
          >
            {busy ? t.rooms.starting : t.widget.submit}
          </Button>
        </div>
        <Reasons sentences={refusal} />
      </section>
      <section className="stack" aria-label={t.widget.jobs}>
        <h2>{t.widget.jobs}</h2>
        {jobs === undefined ? (
          <p role="status">{t.loading}</p>
        ) : own.length === 0 ? (
          <p className="soft">{t.widget.none}</p>
        ) : (
          own.map((job) => <JobCard key={job.job_id} job={job} format={choice.format} />)
        )}
      </section>
    </>
  );
}
