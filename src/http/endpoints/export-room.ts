import { publicJob } from "../../jobs/public-job.ts";
import { exportNowOptions, exportOptions } from "./queries.ts";
import { pathParameter, type Route } from "../route.ts";
import { goneSignal, STALLED_MS, zipHeaders } from "../send-bundle.ts";
import { statusUrl } from "./job-routes.ts";

/** Streams the room, read for this requester alone. */
export const exportNowRoute: Route = {
  method: "get",
  path: "/rooms/:roomId/export",
  async handle({ request, response, requester, exports }) {
    const gone = goneSignal(response);
    const roomId = pathParameter(request, "roomId");
    let bundle;
    try {
      bundle = await exports.now(roomId, requester, exportNowOptions(request), gone);
    } catch (error) {
      if (gone.aborted) return;
      throw error;
    }
    try {
      zipHeaders(response, bundle.fileName);
      response.setTimeout(STALLED_MS, () => response.destroy());
      if (request.method === "HEAD" || gone.aborted) response.end();
      else await bundle.writeTo(response);
    } catch (error) {
      if (!gone.aborted) throw error;
    } finally {
      await bundle.dispose();
    }
  },
};

/** Queues an export whose bundle is kept. */
export const exportJobRoute: Route = {
  method: "post",
  path: "/rooms/:roomId/exports",
  async handle({ request, response, requester, exports }) {
    const job = await exports.start(pathParameter(request, "roomId"), requester, exportOptions(request));
    response.status(202).json({ ...publicJob(job), status_url: statusUrl(job) });
  },
};
