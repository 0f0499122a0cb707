import { json, type RequestHandler } from "express";
import { z } from "zod";
import { publicJob } from "../../jobs/public-job.ts";
import { statusUrl } from "./job-routes.ts";
import { checked } from "./queries.ts";
import type { Route } from "../route.ts";

const parse: RequestHandler = json({ limit: "16kb", type: () => true });
const body = z.strictObject({ user_id: z.string().min(1).max(255).optional() });

/** Queues the export of all rooms, or of all rooms of one user: `{user_id?}`. */
export const gdprRoute: Route = {
  method: "post",
  path: "/gdpr/export",
  async handle({ request, response, requester, exports }) {
    await new Promise<void>((resolve, reject) => {
      parse(request, response, (error?: unknown) => {
        if (error instanceof Error) reject(error);
        else resolve();
      });
    });
    const { user_id: userId } = checked(body, request.body ?? {});
    const job = await exports.startAllRooms(requester, userId);
    response
      .status(202)
      .location(statusUrl(job))
      .json({ ...publicJob(job), status_url: statusUrl(job) });
  },
};
