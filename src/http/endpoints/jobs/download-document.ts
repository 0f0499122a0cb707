import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { DOCUMENT_FORMATS, type DocumentFormat } from "../../../exports/download-document.ts";
import { pathParameter, route } from "../../route.ts";
import { goneSignal, STALLED_MS } from "../../send-bundle.ts";

const TYPES: Readonly<Record<DocumentFormat, string>> = {
  page: "text/html; charset=utf-8",
  text: "text/plain; charset=utf-8",
  markdown: "text/markdown; charset=utf-8",
  csv: "text/csv; charset=utf-8",
};

/** Always as a file to be saved: what people have written never becomes a page of this origin. */
export const downloadDocumentRoute = route({
  method: "get",
  path: "/v1/jobs/{jobId}/document",
  operationId: "downloadDocument",
  summary: "The conversation of an export job as a file to read",
  description: "Made of the bundle while it is sent. `page` is one HTML file with the files inside.",
  query: z.strictObject({ format: z.enum(DOCUMENT_FORMATS).describe("what to make of the bundle") }),
  answers: {
    200: {
      description: "The conversation",
      content: Object.fromEntries(Object.values(TYPES).map((type) => [type.split(";")[0] ?? "", z.string()])),
      headers: { "Content-Disposition": "The name to save it under" },
    },
  },
  fails: [404, 410, 507],
  async handle({ request, response, requester, query, exports }) {
    const gone = goneSignal(response);
    const id = pathParameter(request, "jobId");
    const { body, fileName } = await exports.document(id, requester, query.format, gone);
    response.setHeader("Content-Type", TYPES[query.format]);
    response.setHeader("Content-Disposition", `attachment; filename="${fileName}"`);
    response.setTimeout(STALLED_MS, () => response.destroy());
    try {
      await pipeline(body, response);
    } catch (error) {
      if (!gone.aborted) throw error;
    }
  },
});
