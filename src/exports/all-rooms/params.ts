import { stringMember, type JsonObject } from "../../matrix/json.ts";
import type { Job } from "../../ports/job-store.ts";

/** What a queued export of all rooms has to know: `{user_id}`. `userId`: only the rooms of this user. */
export function gdprParams(userId: string | undefined): JsonObject {
  return { user_id: userId ?? null };
}

export function readGdprParams({ params }: Job): { userId: string | undefined } {
  return { userId: stringMember(params, "user_id") };
}
