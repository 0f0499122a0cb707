import { exportNowOptions } from "../../../exports/options.ts";
import { zip } from "../../answers.ts";
import { pathParameter, route } from "../../route.ts";
import { goneSignal, STALLED_MS, zipHeaders } from "../../send-bundle.ts";

const EVENTS_HEADER = "Roomporter-Events";

/** Streams the room, read for this requester alone. */
export const exportNowRoute = route({
  method: "get",
  path: "/v1/rooms/{roomId}/export",
  operationId: "exportRoom",
  summary: "Export a room at once",
  description:
    "Read with the requester's own token, who must be joined to the room. With an admin token it is read as the service user.",
  query: exportNowOptions,
  answers: { 200: zip("The bundle", { [EVENTS_HEADER]: "How many events it holds; 0: nothing matched" }) },
  fails: [404, 409, 410, 507],
  async handle({ request, response, requester, query, exports }) {
    const gone = goneSignal(response);
    let bundle;
    try {
      bundle = await exports.now(pathParameter(request, "roomId"), requester, query, gone);
    } catch (error) {
      if (gone.aborted) return;
      throw error;
    }
    try {
      zipHeaders(response, bundle.fileName);
      response.setHeader(EVENTS_HEADER, bundle.events);
      response.setTimeout(STALLED_MS, () => response.destroy());
      if (request.method === "HEAD" || gone.aborted) response.end();
      else await bundle.writeTo(response);
    } catch (error) {
      if (!gone.aborted) throw error;
    } finally {
      await bundle.dispose();
    }
  },
});
