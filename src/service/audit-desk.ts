import type { AuditFilter, AuditLog, AuditRow } from "../ports/audit-log.ts";
import { actorOf } from "../audit/audit-trail.ts";
import { withFailures } from "../requests/failure-of.ts";
import { RequestError } from "../requests/failure.ts";
import type { Requester } from "../requests/requester.ts";

/** Rows of one page at most; what goes on from page to page is read in such steps too. */
export const MOST_ROWS = 1000;

export interface AuditPage {
  newestFirst: boolean;
  limit: number;
  /** `next` of the page before */
  from?: string;
}

/** The audit log as admins read it. That it was read stands in it too. Every method throws RequestError. */
export class AuditDesk {
  readonly #log: AuditLog;

  constructor(log: AuditLog) {
    this.#log = log;
  }

  /** `next`: where the next page begins; undefined where this is the last one. */
  async page(requester: Requester, filter: AuditFilter, page: AuditPage): Promise<{ rows: AuditRow[]; next?: string }> {
    const after = positionOf(page.from);
    await this.#admit(requester, filter, after === undefined);
    const { newestFirst } = page;
    const limit = Math.min(page.limit, MOST_ROWS);
    const rows = await withFailures(() => this.#log.list(filter, { after, limit: limit + 1, newestFirst }));
    if (rows.length <= limit) return { rows };
    const kept = rows.slice(0, limit);
    return { rows: kept, next: `p${String(kept.at(-1)?.position)}` };
  }

  /** At most `limit` rows, however many pages that are. */
  async *all(
    requester: Requester,
    filter: AuditFilter,
    { newestFirst, limit, from }: AuditPage,
  ): AsyncGenerator<AuditRow[]> {
    let after = positionOf(from);
    let wanted = limit;
    await this.#admit(requester, filter, after === undefined);
    for (;;) {
      const page = { after, limit: Math.min(wanted, MOST_ROWS), newestFirst };
      const rows = await withFailures(() => this.#log.list(filter, page));
      yield rows;
      wanted -= rows.length;
      after = rows.at(-1)?.position;
      if (rows.length < page.limit || wanted <= 0) return;
    }
  }

  /** @throws RequestError forbidden for those who are no admins */
  async #admit(requester: Requester, { room_id }: AuditFilter, first: boolean): Promise<void> {
    const { admin } = requester;
    const entry = { action: "audit_read", ...actorOf(requester), room_id: room_id ?? null } as const;
    if (!admin) {
      await withFailures(() => this.#log.record({ ...entry, outcome: "refused", reasons: ["M_FORBIDDEN"] }));
      throw new RequestError("forbidden", "M_FORBIDDEN", "Only admins may read the audit log");
    }
    if (first) await withFailures(() => this.#log.record({ ...entry, outcome: "done" }));
  }
}

/** @throws RequestError invalid where it is no token of a page */
function positionOf(token: string | undefined): number | undefined {
  if (token === undefined) return undefined;
  const [, digits] = /^p([1-9][0-9]{0,14})$/.exec(token) ?? [];
  if (digits !== undefined) return Number(digits);
  throw new RequestError("invalid", "M_INVALID_PARAM", "from: expected next_batch of the page before");
}
