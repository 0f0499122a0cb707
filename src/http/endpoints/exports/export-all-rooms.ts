import { allRoomsOptions } from "../../../exports/all-rooms/all-rooms-params.ts";
import { route } from "../../route.ts";
import { answerStarted, QUEUED } from "../jobs/started-job.ts";

/** Queues the export of all rooms, or of all rooms of one user. */
export const exportAllRoomsRoute = route({
  method: "post",
  path: "/v1/gdpr/export",
  operationId: "exportAllRooms",
  summary: "Export all rooms, or all rooms of one user, as a job",
  description:
    "For admins and admin tokens. The job's bundle is one ZIP: a bundle for each room, and index.json, which also says what was left out and why. More in docs/gdpr.md.",
  body: allRoomsOptions,
  bodyOptional: true,
  answers: { 202: QUEUED },
  fails: [404, 413],
  async handle({ response, requester, body, exports }) {
    answerStarted(response, 202, await exports.startAllRooms(requester, body.user_id));
  },
});
