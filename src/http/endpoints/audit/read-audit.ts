import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Request, Response } from "express";
import { z } from "zod";
import { auditOptions, pageSize } from "../../../audit/options.ts";
import type { AuditFilter, AuditRow } from "../../../ports/audit-log.ts";
import type { Requester } from "../../../requests/requester.ts";
import type { AuditPage, AuditReading } from "../../../audit/read-audit.ts";
import { roomIdOf, route, type Route } from "../../route.ts";
import { goneSignal } from "../../send-bundle.ts";
import { auditCsv } from "./audit-csv.ts";
import { AUDIT_ROW } from "./audit-row.ts";

/** Format to media type; the first one is what is given where nothing is asked for. */
const TYPES = { json: "application/json", ndjson: "application/x-ndjson", csv: "text/csv" } as const;
type Format = keyof typeof TYPES;

const rows = (description: string): z.ZodType => z.string().describe(description);

/** The audit log for admins: a page of JSON, or as NDJSON or CSV all that is asked for. */
export function readAuditRoute(log: AuditReading): Route {
  return route({
    method: "get",
    path: "/v1/audit",
    operationId: "readAudit",
    summary: "The audit log: who did what (admins)",
    description: "That it was read stands in it too.",
    query: auditOptions,
    answers: {
      200: {
        description: "A page of JSON; as NDJSON or CSV everything that was asked for",
        content: {
          "application/json": z.object({
            rows: z.array(AUDIT_ROW),
            next_batch: z.string().optional().describe("absent: this is the last page"),
          }),
          "application/x-ndjson": rows("One row a line, as in JSON"),
          "text/csv": rows("A head and one row a line; lists are separated by spaces, what is absent is empty"),
        },
      },
    },
    fails: [404],
    async handle({ request, response, requester, rooms, query }) {
      const { dir, from, limit, format = formatOf(request), room_id: room, ...rest } = query;
      const filter = { ...rest, ...(room !== undefined && { room_id: await roomIdOf(room, requester, rooms) }) };
      const page = { newestFirst: dir === "b", ...(from !== undefined && { from }) };
      if (format !== "json") {
        await stream(log, requester, filter, { ...page, limit: limit ?? Infinity }, format, response);
        return;
      }
      const { rows, next } = await log.page(requester, filter, { ...page, limit: pageSize(limit) });
      response.json({ rows, ...(next !== undefined && { next_batch: next }) });
    },
  });
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
