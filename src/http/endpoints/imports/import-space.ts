import { z } from "zod";
import { spaceImportFromOptions, spaceImportOptions, type SpaceImportOptions } from "../../../imports/space/options.ts";
import { fromTexts, parseOptions } from "../../../requests/options/parse-options.ts";
import { json } from "../../answers.ts";
import { bundleReceiver, type UploadLimits } from "../../receive-bundle.ts";
import { route, type Route } from "../../route.ts";
import { goneSignal } from "../../send-bundle.ts";
import { answerStarted } from "../jobs/started-job.ts";
import { IMPORT_ANSWERS, waiting } from "./import-bundle.ts";
import { takeIn, type IntakeOptions } from "./intake.ts";

const REASON = z.object({ code: z.string(), message: z.string() });

const PREVIEW = z
  .object({
    rooms: z.array(
      z.object({
        room_id: z.string().describe("in the source"),
        name: z.string().nullable(),
        type: z.string(),
        events: z.int(),
        files: z.int(),
        already_imported: z
          .object({ room_id: z.string().nullable(), job_id: z.string() })
          .nullable()
          .describe("by you: then the import is refused without `again`"),
      }),
    ),
    refused: z.array(z.object({ room_id: z.string(), reasons: z.array(REASON) })),
    upgrades: z
      .array(z.array(z.string()))
      .describe(
        "rooms that took the place of one another, oldest first: with `upgrades=one-room` each list becomes one room",
      ),
    counts: z.object({ rooms: z.int(), refused: z.int(), events: z.int(), files: z.int() }),
    seconds: z
      .int()
      .describe("how long it would take, as fast as the homeserver was when it was measured for this answer"),
  })
  .meta({ id: "SpaceImportPreview" });

const options = waiting.extend({
  dry_run: z.boolean().default(false).describe("only say what would be made, and how long it would take"),
});

const OPTIONS: IntakeOptions<SpaceImportOptions> = {
  ofForm: (texts) => parseOptions(spaceImportOptions, fromTexts(spaceImportOptions, texts)),
  ofJson(body) {
    const { upload_id, job_id, ...given } = parseOptions(spaceImportFromOptions, body);
    return { options: given, named: { upload_id, job_id } };
  },
};

/** Takes a collection in, or one that was uploaded in pieces before, and queues the import of its rooms; or says what that would do. */
export function importSpaceRoute(limits: UploadLimits): Route {
  const receive = bundleReceiver(limits, Object.keys(spaceImportOptions.shape));
  return route({
    method: "post",
    path: "/v1/spaces/import",
    operationId: "importSpace",
    summary: "Import a collection of rooms, such as a space, into new rooms",
    description:
      "The collection comes in the form, or was uploaded before and is named in JSON. It is verified whole before anything is created. Spaces become spaces, and links among the rooms lead to the new ones; rooms that may not travel are left out, and stand in the report. More in docs/spaces.md.",
    query: options,
    form: spaceImportOptions,
    formOr: spaceImportFromOptions,
    answers: { 200: json(PREVIEW, "With `dry_run`: what would be made"), ...IMPORT_ANSWERS },
    fails: [404, 408, 409, 410, 413, 507],
    async handle(call) {
      const { response, requester, imports, query, jobs } = call;
      if (query.dry_run) {
        const preview = await takeIn(call, receive, OPTIONS, {
          withFile: (file, given) => imports.previewSpace(file, requester, given),
          withSource: (source, given) => imports.previewSpaceFrom(source, requester, given),
        });
        response.json(preview);
        return;
      }
      let job = await takeIn(call, receive, OPTIONS, {
        withFile: (file, given) => imports.startSpace(file, requester, given),
        withSource: (source, given) => imports.startSpaceFrom(source, requester, given),
      });
      if (query.wait !== undefined) job = await jobs.wait(job.id, requester, query.wait * 1000, goneSignal(response));
      answerStarted(response, job.state === "succeeded" ? 201 : 202, job);
    },
  });
}
