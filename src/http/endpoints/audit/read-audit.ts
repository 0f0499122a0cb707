import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Request, Response } from "express";
import { z } from "zod";
import { auditOptions, pageSize } from "../../../audit/options.ts";
import type { AuditRow } from "../../../ports/audit-log.ts";
import { RequestError } from "../../../requests/failures/failure.ts";
import type { AuditReading } from "../../../audit/read-audit.ts";
import { roomIdOf } from "../../../rooms/operations/room-by-alias.ts";
import { route, type Route } from "../../route.ts";
import { goneSignal } from "../../send-bundle.ts";
import { auditCsv, type AuditText } from "./audit-csv.ts";
import { AUDIT_ROW } from "./audit-row.ts";

/** Format to media type; the first one is what is given where nothing is asked for. */
const TYPES = { json: "application/json", ndjson: "application/x-ndjson", csv: "text/csv" } as const;
type Format = keyof typeof TYPES;

const NDJSON: AuditText = { head: "", of: (rows) => rows.map((row) => JSON.stringify(row) + "\n").join("") };

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
      const { dir, from, limit, format = formatOf(request), spreadsheet, room_id: room, ...rest } = query;
      if (spreadsheet && format !== "csv")
        throw new RequestError("invalid", "M_INVALID_PARAM", "spreadsheet goes with format=csv");
      const filter = { ...rest, ...(room !== undefined && { room_id: await roomIdOf(room, requester, rooms) }) };
      const page = { newestFirst: dir === "b", ...(from !== undefined && { from }) };
      if (format !== "json") {
        const pages = log.all(requester, filter, { ...page, limit: limit ?? Infinity });
        await stream(pages, format === "csv" ? auditCsv(spreadsheet) : NDJSON, TYPES[format], response);
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
  pages: AsyncGenerator<AuditRow[], void>,
  text: AuditText,
  mediaType: string,
  response: Response,
): Promise<void> {
  // what is wrong with the request is known with the first page, and can still be answered
  const first = await pages.next();
  response.setHeader("Content-Type", `${mediaType}; charset=utf-8`);
  const lines = async function* (): AsyncGenerator<string, void, undefined> {
    yield text.head;
    if (!first.done) yield text.of(first.value);
    for await (const rows of pages) yield text.of(rows);
  };
  const gone = goneSignal(response);
  try {
    await pipeline(Readable.from(lines()), response);
  } catch (error) {
    if (!gone.aborted) throw error;
  }
}
