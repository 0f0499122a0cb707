import { useCallback, useMemo, useState, type ReactNode } from "react";
import { useSession } from "../session/session.ts";
import { t } from "../texts/texts.ts";
import { Field } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { AuditExport } from "./audit-export.tsx";
import { AuditEntry } from "./audit-entry.tsx";
import { readAudit, type AuditRow, type Query } from "./admin-api.ts";
import { PageList } from "./page-list.tsx";
import { useSettled } from "./use-settled.ts";
import { usePages } from "./use-pages.ts";

const PAGE = "50";

/** Who did what, newest first, to be narrowed and saved. */
export function AuditLog(): ReactNode {
  const { service } = useSession();
  const [action, setAction] = useState("");
  const [outcome, setOutcome] = useState("");
  const [days, setDays] = useState({ since: "", until: "" });
  const [typed, setTyped] = useState({ actor: "", room: "" });
  const actor = useSettled(typed.actor.trim());
  const room = useSettled(typed.room.trim());
  const wrong = days.since !== "" && days.until !== "" && days.since > days.until;
  const query = useMemo<Query>(
    () => ({
      action,
      outcome,
      actor,
      room_id: room,
      since: startOf(days.since, 0),
      until: startOf(days.until, 1),
    }),
    [action, outcome, actor, room, days],
  );
  const pages = usePages<AuditRow>(
    useCallback(
      async (from) => {
        if (wrong) return { items: [], next: undefined };
        const { rows, next_batch: next } = await readAudit(service, { ...query, from: from ?? "", limit: PAGE });
        return { items: rows, next };
      },
      [service, query, wrong],
    ),
  );
  return (
    <div className="stack">
      <div className="filters" role="group" aria-label={t.admin.filters}>
        <Select
          label={t.admin.audit.action}
          value={action}
          options={[["", t.admin.any], ...Object.entries(t.admin.audit.actions)]}
          onChange={setAction}
        />
        <Select
          label={t.admin.audit.outcome}
          value={outcome}
          options={[["", t.admin.any], ...Object.entries(t.admin.audit.outcomes)]}
          onChange={setOutcome}
        />
        <Field
          label={t.admin.audit.actor}
          placeholder={t.admin.anybody}
          value={typed.actor}
          onChange={(text) => setTyped({ ...typed, actor: text })}
        />
        <Field
          label={t.admin.audit.room}
          placeholder={t.admin.any}
          value={typed.room}
          onChange={(text) => setTyped({ ...typed, room: text })}
        />
        <Field
          label={t.rooms.since}
          type="date"
          value={days.since}
          onChange={(since) => setDays({ ...days, since })}
          error={wrong ? t.rooms.datesWrong : undefined}
        />
        <Field label={t.rooms.until} type="date" value={days.until} onChange={(until) => setDays({ ...days, until })} />
      </div>
      <AuditExport query={query} isDisabled={wrong} />
      <PageList pages={pages} none={t.admin.audit.none}>
        {(rows) => (
          <ul className="card rows audit" aria-label={t.admin.section.audit}>
            {rows.map((row) => (
              <AuditEntry key={row.position} row={row} />
            ))}
          </ul>
        )}
      </PageList>
    </div>
  );
}

/** When that day begins in the browser's time zone, or one so many days later; RFC 3339. Empty where there is no day. */
function startOf(date: string, later: number): string {
  if (date === "") return "";
  const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
  return new Date(year, month - 1, day + later).toISOString();
}
