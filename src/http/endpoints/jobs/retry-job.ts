import { pathParameter, route } from "../../route.ts";
import { answerStarted, QUEUED } from "./started-job.ts";

export const retryJobRoute = route({
  method: "post",
  path: "/v1/jobs/{jobId}/retry",
  operationId: "retryJob",
  summary: "Go on with a job that has failed, or was cancelled with `keep`",
  description: "It goes on where it stood, under the same id, as long as what it had made is kept: seven days.",
  answers: { 202: QUEUED },
  fails: [404, 409, 410],
  async handle({ request, response, requester, jobs }) {
    answerStarted(response, 202, await jobs.retry(pathParameter(request, "jobId"), requester));
  },
});
