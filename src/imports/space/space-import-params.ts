import { z } from "zod";
import type { JsonObject } from "../../matrix/json.ts";
import type { Job } from "../../ports/job-store.ts";

/** What a queued import of a collection has to know beside the collection: which of its rooms are made, and for whom. */
const params = z.object({
  importing_user: z.string(),
  /** in the order of the index: the first is the room that the job shows */
  rooms: z.array(
    z.object({
      /** in the source */
      room_id: z.string(),
      bundle_sha256: z.string(),
      /** empty: an earlier version has queued the import */
      manifest_sha256: z.string().default(""),
      signed_by: z.object({ key_id: z.string(), server_name: z.string(), verified: z.boolean() }).nullable(),
    }),
  ),
  /** those of them that become one room each, by their ids in the source, oldest first */
  one_room: z.array(z.array(z.string()).min(2)).default([]),
  /** rooms of the collection that may not travel */
  refused: z.array(
    z.object({ room_id: z.string(), reasons: z.array(z.object({ code: z.string(), message: z.string() })) }),
  ),
  /** what was decrypted in the bundles is replayed as plain text */
  allow_plaintext: z.boolean(),
  workspace: z.object({ room_id: z.string(), via: z.array(z.string()) }).nullable(),
});
export type SpaceImportParams = z.output<typeof params>;

export function spaceImportParams(of: SpaceImportParams): JsonObject {
  return z.encode(params, of);
}

export function readSpaceImportParams({ params: stored }: Job): SpaceImportParams {
  return params.parse(stored);
}
