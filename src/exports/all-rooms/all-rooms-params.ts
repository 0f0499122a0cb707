import { z } from "zod";
import type { JsonObject } from "../../matrix/json.ts";
import type { Job } from "../../ports/job-store.ts";
import { valued } from "../../requests/options/option.ts";
import { userId } from "../../requests/options/shapes.ts";

/** Which rooms to export: all that the service can read, or of them what one user may see. It is also what the queued job knows. */
export const allRoomsOptions = z.strictObject({
  user_id: valued(userId.optional(), "USER_ID", "only rooms of this user, and of them what they may see", {
    name: "user",
    doors: ["cli"],
  }),
});

/** Also as an earlier version has stored it: null for all rooms. What it cannot tell must not widen the export, and is an error. */
const stored = allRoomsOptions.extend({ user_id: userId.nullish() });

/** `userId`: only the rooms of this user. */
export function gdprParams(userId: string | undefined): JsonObject {
  return z.encode(allRoomsOptions, userId === undefined ? {} : { user_id: userId });
}

export function readGdprParams({ params }: Job): { userId: string | undefined } {
  return { userId: stored.parse(params).user_id ?? undefined };
}
