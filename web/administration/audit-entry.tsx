import type { ReactNode } from "react";
import { useRoomName } from "../rooms/rooms.tsx";
import { dayAndTime, number } from "../texts/format.ts";
import { t } from "../texts/texts.ts";
import type { AuditRow } from "./admin-api.ts";

/** One row of the audit log in words; what has no words here is shown as it is. */
export function AuditEntry({ row }: { row: AuditRow }): ReactNode {
  const nameOf = useRoomName();
  const { action, outcome, actor, on_behalf_of: whom, target, room_id: room, job_id: job, count } = row;
  const codes = [...(row.reasons ?? []), ...(row.details ?? [])];
  const about: [string, string | undefined][] = [
    [t.admin.audit.for, whom],
    [t.admin.audit.target, target],
    [t.admin.audit.room, room === undefined ? undefined : nameOf(room)],
    [t.jobs.id, job],
    [t.admin.audit.because, codes.length === 0 ? undefined : codes.join(", ")],
  ];
  return (
    <li>
      <time dateTime={row.at} className="soft">
        {dayAndTime(row.at)}
      </time>
      <span className="grow">
        <span className="what">
          {t.admin.audit.actions[action] ?? action}
          {count !== undefined && ` × ${number(count)}`}
        </span>
        <bdi>{actor}</bdi>
        <span className="soft">
          {about
            .filter(([, value]) => value !== undefined)
            .map(([label, value], index) => (
              <span key={label}>
                {index > 0 && " · "}
                {label} <bdi>{value}</bdi>
              </span>
            ))}
        </span>
      </span>
      <span className={`state ${STATE_OF[outcome] ?? ""}`}>{t.admin.audit.outcomes[outcome] ?? outcome}</span>
    </li>
  );
}

/** In the colours of jobs. */
const STATE_OF: Readonly<Record<string, string>> = { done: "succeeded", refused: "failed", failed: "failed" };
