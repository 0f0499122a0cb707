import { useEffect, useMemo, useState, type ReactNode } from "react";
import { OpenRoom } from "../jobs/open-room.tsx";
import { IMPORT_REPORT } from "../jobs/reports.ts";
import { useJobs } from "../jobs/jobs.tsx";
import { dayAndTime } from "../texts/format.ts";
import { t } from "../texts/texts.ts";
import { Notice } from "../ui/notice.tsx";

interface Earlier {
  roomId: string;
  at: string;
}

/** Says so where this very file was imported before, and into which room. The file is read for it here; nothing is sent. */
export function AlreadyImported({ file }: { file: File }): ReactNode {
  const { jobs } = useJobs();
  const earlier = useMemo(() => {
    const imports = (jobs ?? []).filter(({ kind, state }) => kind === "import" && state === "succeeded");
    return new Map(
      imports.flatMap(({ report, created_at: at }): [string, Earlier][] => {
        const read = IMPORT_REPORT.safeParse(report).data;
        return read ? [[read.bundle_sha256, { roomId: read.room_id, at }]] : [];
      }),
    );
  }, [jobs]);
  const [hash, setHash] = useState<string | undefined>();
  const isWanted = earlier.size > 0;
  useEffect(() => {
    if (!isWanted) return;
    const controller = new AbortController();
    void import("./hash-file.ts")
      .then(({ hashFile }) => hashFile(file, controller.signal))
      .then(setHash, () => undefined);
    return () => controller.abort();
  }, [file, isWanted]);
  const found = hash === undefined ? undefined : earlier.get(hash);
  if (found === undefined) return null;
  return (
    <Notice kind="info" heading={t.imports.already}>
      <p>{t.imports.alreadyAt(dayAndTime(found.at))}</p>
      <div className="actions">
        <OpenRoom roomId={found.roomId} />
      </div>
    </Notice>
  );
}
