import { z } from "zod";
import type { JsonObject } from "../../matrix/json.ts";
import type { Job } from "../../ports/job-store.ts";
import { LEFT_OUT_CODES } from "./left-out.ts";
import { spaceExportOptions } from "./options.ts";

/** What a queued export of a space has to know: to whom the rooms are shown, which they are, and which were left out at once. */
const params = z.object({
  visible_to: z.string().nullable(),
  ignored: z.array(z.string()),
  /** newest event of the space itself that is exported; absent: all that there is */
  up_to: z.string().optional(),
  options: spaceExportOptions.strip(),
  /** in the order of the hierarchy, the space first */
  rooms: z.array(z.string()),
  left_out: z.array(z.object({ room_id: z.string(), code: z.enum(LEFT_OUT_CODES) })),
});
export type SpaceExportParams = z.output<typeof params>;

export function spaceExportParams(of: SpaceExportParams): JsonObject {
  return z.encode(params, of);
}

export function readSpaceExportParams({ params: stored }: Job): SpaceExportParams {
  return params.parse(stored);
}
