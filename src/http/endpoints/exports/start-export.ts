import { exportJobOptions } from "../../../exports/predecessors/options.ts";
import { pathParameter, route } from "../../route.ts";
import { answerStarted, QUEUED } from "../jobs/started-job.ts";

/** Queues an export whose bundle is kept. */
export const startExportRoute = route({
  method: "post",
  path: "/v1/rooms/{roomId}/exports",
  operationId: "startExport",
  summary: "Export a room as a job",
  description:
    "Read as the service user, then narrowed to what the requester may see. The bundle is kept with the job. With with_predecessors it is a ZIP of bundles with index.json, which also says which predecessors were not read and why (docs/collection-format.md).",
  query: exportJobOptions,
  answers: { 202: QUEUED },
  fails: [404, 410],
  async handle({ request, response, requester, query, exports }) {
    const roomId = pathParameter(request, "roomId");
    const { with_predecessors: withPredecessors, ...options } = query;
    const start = withPredecessors === true ? exports.startPredecessors : exports.start;
    answerStarted(response, 202, await start(roomId, requester, options));
  },
});
