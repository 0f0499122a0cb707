import { json, type RequestHandler } from "express";
import { z } from "zod";
import type { GdprDesk } from "../../service/gdpr-desk.ts";
import { publicJob } from "../../service/porter.ts";
import { statusUrl } from "./job-routes.ts";
import { checked } from "./queries.ts";
import type { Route } from "../route.ts";

const parse: RequestHandler = json({ limit: "16kb", type: () => true });
const body = z.strictObject({ user_id: z.string().min(1).max(255).optional() });

/** Queues the export of all rooms, or of all rooms of one user: `{user_id?}`. */
export function gdprRoute(desk: Pick<GdprDesk, "start">): Route {
  return {
    method: "post",
    path: "/gdpr/export",
    async handle({ request, response, requester }) {
      await new Promise<void>((resolve, reject) => {
        parse(request, response, (error?: unknown) => {
          if (error instanceof Error) reject(error);
          else resolve();
        });
      });
      const { user_id: userId } = checked(body, request.body ?? {});
      const job = await desk.start(requester, userId);
      response
        .status(202)
        .location(statusUrl(job))
        .json({ ...publicJob(job), status_url: statusUrl(job) });
    },
  };
}
