import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import type { Request, Response } from "express";
import { z } from "zod";
import { MOST_ROWS, type AuditPage, type AuditReading } from "../../audit/read-audit.ts";
import { RequestError } from "../../requests/failure.ts";
import type { Requester } from "../../requests/requester.ts";
import { AUDIT_ACTIONS, AUDIT_OUTCOMES, type AuditFilter, type AuditRow } from "../../ports/audit-log.ts";
import { auditCsv } from "./audit-csv.ts";
import { checked, instant } from "./queries.ts";
import type { Route } from "../route.ts";
import { goneSignal } from "../send-bundle.ts";

/** Format to media type; the first one is what is given where nothing is asked for. */
const TYPES = { json: "application/json", ndjson: "application/x-ndjson", csv: "text/csv" } as const;
type Format = keyof typeof TYPES;

const ROWS_OF_A_PAGE = 100;

const auditQuery = z.strictObject({
  action: z.enum(AUDIT_ACTIONS, { error: `expected one of ${AUDIT_ACTIONS.join(", ")}` }).optional(),
  outcome: z.enum(AUDIT_OUTCOMES, { error: `expected one of ${AUDIT_OUTCOMES.join(", ")}` }).optional(),
  actor: z.string().min(1).max(255).optional(),
  room_id: z.string().min(1).max(255).optional(),
  since: instant.optional(),
  until: instant.optional(),
  dir: z.enum(["b", "f"], { error: "expected b or f" }).default("b"),
  from: z.string().optional(),
  limit: z.coerce.number({ error: "expected a number" }).int().min(1, "at least 1").optional(),
  format: z.enum(["json", "ndjson", "csv"], { error: "expected json, ndjson or csv" }).optional(),
});

/** The audit log for admins: a page of JSON, or as NDJSON or CSV all that is asked for. */
export function auditRoute(log: AuditReading): Route {
  return {
    method: "get",
    path: "/audit",
    async handle({ request, response, requester }) {
      const { dir, from, limit, format = formatOf(request), ...filter } = checked(auditQuery, request.query);
      const page = { newestFirst: dir === "b", ...(from !== undefined && { from }) };
      if (format !== "json") {
        await stream(log, requester, filter, { ...page, limit: limit ?? Infinity }, format, response);
        return;
      }
      if (limit !== undefined && limit > MOST_ROWS)
        throw new RequestError("invalid", "M_INVALID_PARAM", `limit: at most ${String(MOST_ROWS)}`);
      const { rows, next } = await log.page(requester, filter, { ...page, limit: limit ?? ROWS_OF_A_PAGE });
      response.json({ rows, ...(next !== undefined && { next_batch: next }) });
    },
  };
}

function formatOf(request: Request): Format {
  const wanted = request.accepts(Object.values(TYPES));
  return (Object.keys(TYPES) as Format[]).find((format) => TYPES[format] === wanted) ?? "json";
}

async function stream(
  log: AuditReading,
  requester: Requester,
  filter: AuditFilter,
  page: AuditPage,
  format: Exclude<Format, "json">,
  response: Response,
): Promise<void> {
  const pages = log.all(requester, filter, page);
  // what is wrong with the request is known with the first page, and can still be answered
  const first = await pages.next();
  response.setHeader("Content-Type", `${TYPES[format]}; charset=utf-8`);
  const lines = async function* (): AsyncGenerator<string, void, undefined> {
    if (format === "csv") yield auditCsv.head;
    const text = format === "csv" ? auditCsv.line : ndjson;
    if (!first.done) yield first.value.map(text).join("");
    for await (const rows of pages) yield rows.map(text).join("");
  };
  const gone = goneSignal(response);
  try {
    await pipeline(Readable.from(lines()), response);
  } catch (error) {
    if (!gone.aborted) throw error;
  }
}

function ndjson(row: AuditRow): string {
  return JSON.stringify(row) + "\n";
}
