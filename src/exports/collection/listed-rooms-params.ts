import { z } from "zod";
import type { JsonObject } from "../../matrix/json.ts";
import type { Job } from "../../ports/job-store.ts";
import { LEFT_OUT_CODES } from "./left-out.ts";
import { spaceExportOptions } from "../space/options.ts";

/** What a queued export of listed rooms has to know: to whom the rooms are shown, which they are, and which were left out at once. */
const params = z.object({
  visible_to: z.string().nullable(),
  ignored: z.array(z.string()),
  /** newest event of the first room that is exported; absent: all that there is */
  up_to: z.string().optional(),
  options: spaceExportOptions.strip(),
  /** in the order of the index, the space or the room itself first */
  rooms: z.array(z.string()),
  /** those of them that another took the place of: to have been in one is enough */
  predecessors: z.array(z.string()).default([]),
  left_out: z.array(z.object({ room_id: z.string(), code: z.enum(LEFT_OUT_CODES) })),
});
export type ListedRoomsParams = z.output<typeof params>;

export function listedRoomsParams(of: ListedRoomsParams): JsonObject {
  return z.encode(params, of);
}

export function readListedRoomsParams({ params: stored }: Job): ListedRoomsParams {
  return params.parse(stored);
}
