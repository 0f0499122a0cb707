import { exportOptions } from "../../../exports/options.ts";
import { pathParameter, route } from "../../route.ts";
import { answerStarted, QUEUED } from "../jobs/started-job.ts";

/** Queues an export whose bundle is kept. */
export const startExportRoute = route({
  method: "post",
  path: "/v1/rooms/{roomId}/exports",
  operationId: "startExport",
  summary: "Export a room as a job",
  description:
    "Read as the service user, then narrowed to what the requester may see. The bundle is kept with the job.",
  query: exportOptions,
  answers: { 202: QUEUED },
  fails: [404, 410],
  async handle({ request, response, requester, query, exports }) {
    answerStarted(response, 202, await exports.start(pathParameter(request, "roomId"), requester, query));
  },
});
