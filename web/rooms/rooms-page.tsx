import { useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { SearchField } from "react-aria-components/SearchField";
import { JobCard } from "../jobs/job-card.tsx";
import { useJobs } from "../jobs/jobs.tsx";
import type { ExportQuery } from "../service/service.ts";
import { useSession } from "../session/session.ts";
import { t } from "../texts/texts.ts";
import { Loading } from "../ui/loading.tsx";
import { Reasons } from "../ui/reasons.tsx";
import { EVERYTHING, faultsOf, queryOf } from "./export-query.ts";
import { ExportOptions } from "./export-options.tsx";
import { MissingService } from "./missing-service.tsx";
import { RoomList } from "./room-list.tsx";
import { startExports, startSpaceExport, type Begun } from "./start-exports.ts";
import { useRoomName, useRooms } from "./rooms.tsx";

/** Choose rooms, choose what of them, export. */
export function RoomsPage(): ReactNode {
  const session = useSession();
  const rooms = useRooms();
  const nameOf = useRoomName();
  const { byId, took } = useJobs();
  const [query, setQuery] = useState("");
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [choice, setChoice] = useState(EVERYTHING);
  const [begun, setBegun] = useState<readonly Begun[]>([]);
  const [format, setFormat] = useState(EVERYTHING.format);
  const [busy, setBusy] = useState(false);

  const start = async (): Promise<void> => {
    setBusy(true);
    const results = await startExports(session, [...selected], queryOf(choice));
    for (const result of results) if (result.job) took(result.job);
    setBegun([...results, ...begun.filter(({ job }) => job !== undefined)]);
    setFormat(choice.format);
    setSelected(new Set(results.filter(({ refusal }) => refusal).map(({ roomId }) => roomId)));
    setBusy(false);
  };
  const startSpace = async (roomId: string): Promise<void> => {
    setBusy(true);
    const result = await startSpaceExport(session, roomId, queryOf(choice));
    if (result.job) took(result.job);
    setBegun([result, ...begun.filter(({ job }) => job !== undefined)]);
    setFormat("bundle");
    setBusy(false);
  };
  const goOn = async (roomId: string, query: ExportQuery, space: boolean): Promise<void> => {
    const results = space
      ? [await startSpaceExport(session, roomId, query)]
      : await startExports(session, [roomId], query);
    for (const result of results) if (result.job) took(result.job);
    setBegun((all) => all.map((each) => (each.missing && results.find((next) => next.roomId === each.roomId)) || each));
  };

  return (
    <>
      <div className="heading">
        <h1>{t.rooms.heading}</h1>
        <p>{t.rooms.lead}</p>
      </div>
      <div className="columns">
        <section className="card" aria-label={t.rooms.list}>
          <SearchField className="field search" value={query} onChange={setQuery}>
            <Label className="hidden">{t.rooms.search}</Label>
            <Input dir="auto" placeholder={t.rooms.search} />
          </SearchField>
          <Loading of={rooms}>
            {(all) => (
              <RoomList
                {...{ rooms: all, query: query.trim(), selected }}
                onSelect={setSelected}
                {...(!busy && { onExportSpace: (spaceId) => void startSpace(spaceId) })}
              />
            )}
          </Loading>
        </section>
        <div className="side">
          <section className="card stack" aria-label={t.rooms.options}>
            <ExportOptions choice={choice} onChange={setChoice} rooms={selected} />
            <div className="actions">
              <Button
                className="button primary"
                isDisabled={busy || selected.size === 0 || Object.keys(faultsOf(choice, selected.size)).length > 0}
                onPress={() => void start()}
              >
                {busy ? t.rooms.starting : t.rooms.submit(selected.size)}
              </Button>
              <span className="soft" role="status">
                {t.rooms.selected(selected.size)}
              </span>
              {selected.size > 0 && (
                <Button className="link" onPress={() => setSelected(new Set())}>
                  {t.rooms.clear}
                </Button>
              )}
            </div>
          </section>
          {begun.length > 0 && (
            <section className="stack" aria-label={t.rooms.started}>
              {begun.map(({ roomId, job, refusal, missing, space = false }) =>
                missing ? (
                  <MissingService key={roomId} roomId={roomId} onJoined={() => goOn(roomId, missing, space)} />
                ) : refusal ? (
                  <Reasons key={roomId} heading={t.rooms.refused(nameOf(roomId))} sentences={refusal} />
                ) : (
                  job && <JobCard key={job.job_id} job={byId(job.job_id) ?? job} format={format} />
                ),
              )}
            </section>
          )}
        </div>
      </div>
    </>
  );
}
