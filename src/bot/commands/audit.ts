import { auditFilter } from "../../audit/options.ts";
import type { AuditReading } from "../../audit/read-audit.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import { usageOf } from "../../requests/options/option.ts";
import type { AuditFilter, AuditRow } from "../../ports/audit-log.ts";
import { roomIdOf } from "../../rooms/operations/room-by-alias.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import type { Command } from "../command.ts";
import { typedArguments, typedValues } from "../typed-options.ts";
import { Misuse } from "../command-words.ts";

const SHOWN = 10;
const MOST_SHOWN = 50;

/** `!audit`: the latest rows of the audit log, for admins among themselves. */
export function auditCommand(
  log: Pick<AuditReading, "page">,
  rooms: Pick<Rooms, "byAlias">,
  isAdmin: (userId: string) => boolean,
  isAdminRoom: (roomId: string) => Promise<boolean>,
): Command {
  return {
    name: "audit",
    action: "audit_read",
    usage: `!audit [NUMBER] ${usageOf(auditFilter, "bot")}`,
    help: "for admins, in a room of admins alone: the latest rows of the audit log.",
    parse(args) {
      const { filter: typed, limit } = auditArguments(args);
      return async ({ event, requester, tell }) => {
        // others are refused by the reading itself
        if (isAdmin(event.sender) && !(await isAdminRoom(event.room_id)))
          throw new RequestError(
            "forbidden",
            "M_FORBIDDEN",
            "Not here: ask in a direct message, or in an invite-only room in which all are admins.",
          );
        const { room_id: room, ...rest } = typed;
        const filter = { ...rest, ...(room !== undefined && { room_id: await roomIdOf(room, requester, rooms) }) };
        const { rows } = await log.page(requester, filter, { newestFirst: true, limit });
        await tell(rows.length === 0 ? "There are no such rows." : rows.map(auditLine).join("\n"));
      };
    },
  };
}

/** @throws Misuse */
function auditArguments(args: readonly string[]): { filter: AuditFilter; limit: number } {
  const { given, rest } = typedArguments(args, auditFilter);
  const [number = String(SHOWN), ...more] = rest;
  const limit = Number(number);
  if (more.length > 0 || !Number.isInteger(limit) || limit < 1 || limit > MOST_SHOWN)
    throw new Misuse(`It takes one number, up to ${MOST_SHOWN}.`);
  return { filter: typedValues(auditFilter, given), limit };
}

/** One row for people: what is not there is left out. */
function auditLine(row: AuditRow): string {
  const parts = [
    `${row.position}.`,
    row.at,
    `${row.action} ${row.outcome}`,
    `by ${row.actor} (${row.door})`,
    row.on_behalf_of && `for ${row.on_behalf_of}`,
    row.target && `to ${row.target}`,
    row.room_id && `in ${row.room_id}`,
    row.job_id && `job ${row.job_id}`,
    row.count !== undefined && `× ${row.count}`,
    [...(row.reasons ?? []), ...(row.details ?? [])].join(", "),
  ];
  return parts.filter(Boolean).join(" ");
}
