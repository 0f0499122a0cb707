import { spaceExportOptions } from "../../../exports/space/options.ts";
import { pathParameter, route } from "../../route.ts";
import { answerStarted, QUEUED } from "../jobs/started-job.ts";

/** Queues the export of a space, with the rooms below it. */
export const exportSpaceRoute = route({
  method: "post",
  path: "/v1/spaces/{roomId}/exports",
  operationId: "exportSpace",
  summary: "Export a space and its rooms as a job",
  description:
    "The rooms of the space and of the spaces below it that the requester is in, each as it would be exported alone. The job's bundle is one ZIP: a bundle for each room, and index.json, which also says what was left out and why. More in docs/collection-format.md.",
  query: spaceExportOptions,
  answers: { 202: QUEUED },
  fails: [404, 410],
  async handle({ request, response, requester, query, exports }) {
    answerStarted(response, 202, await exports.startSpace(pathParameter(request, "roomId"), requester, query));
  },
});
