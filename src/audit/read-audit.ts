import type { AuditFilter, AuditLog, AuditRow } from "../ports/audit-log.ts";
import { RequestError } from "../requests/failures/failure.ts";
import { withFailures } from "../requests/failures/failure-of.ts";
import type { RunOperation } from "../requests/operation.ts";
import { MOST_ROWS } from "./options.ts";
import type { Requester } from "../requests/requester.ts";

export interface AuditPage {
  newestFirst: boolean;
  limit: number;
  /** `next` of the page before */
  from?: string;
}

/** The audit log as admins read it. That it was read stands in it too. Everything throws RequestError. */
export interface AuditReading {
  /** `next`: where the next page begins; undefined where this is the last one. */
  page(requester: Requester, filter: AuditFilter, page: AuditPage): Promise<{ rows: AuditRow[]; next?: string }>;
  /** At most `limit` rows, however many pages that are. */
  all(requester: Requester, filter: AuditFilter, page: AuditPage): AsyncGenerator<AuditRow[], void>;
}

export function readAudit({ operate, log }: { operate: RunOperation; log: Pick<AuditLog, "list"> }): AuditReading {
  /** Gives the position after which to read. A token that is none is a matter of those alone who may read. */
  const admit = async (
    requester: Requester,
    filter: AuditFilter,
    from: string | undefined,
  ): Promise<number | undefined> => {
    await operate(
      { action: "audit_read", room_id: filter.room_id ?? null },
      requester,
      async ({ record }) => {
        // whoever goes on from a page has begun once
        if (from === undefined) await record({ outcome: "done" });
      },
      { adminOnly: "Only admins may read the audit log" },
    );
    return positionOf(from);
  };
  return {
    async page(requester, filter, { newestFirst, from, ...page }) {
      const after = await admit(requester, filter, from);
      const limit = Math.min(page.limit, MOST_ROWS);
      const rows = await withFailures(() => log.list(filter, { after, limit: limit + 1, newestFirst }));
      if (rows.length <= limit) return { rows };
      const kept = rows.slice(0, limit);
      return { rows: kept, next: `p${String(kept.at(-1)?.position)}` };
    },
    async *all(requester, filter, { newestFirst, limit, from }) {
      let after = await admit(requester, filter, from);
      let wanted = limit;
      for (;;) {
        const page = { after, limit: Math.min(wanted, MOST_ROWS), newestFirst };
        const rows = await withFailures(() => log.list(filter, page));
        yield rows;
        wanted -= rows.length;
        after = rows.at(-1)?.position;
        if (rows.length < page.limit || wanted <= 0) return;
      }
    },
  };
}

/** @throws RequestError invalid where it is no token of a page */
function positionOf(token: string | undefined): number | undefined {
  if (token === undefined) return undefined;
  const [, digits] = /^p([1-9][0-9]{0,14})$/.exec(token) ?? [];
  if (digits !== undefined) return Number(digits);
  throw new RequestError("invalid", "M_INVALID_PARAM", "from: expected next_batch of the page before");
}
