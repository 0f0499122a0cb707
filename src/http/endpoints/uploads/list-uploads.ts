import { z } from "zod";
import { UPLOAD_LASTS_MS } from "../../../uploads/uploads.ts";
import { json } from "../../answers.ts";
import { route } from "../../route.ts";
import { UPLOADS_PATH } from "./tus.ts";

const UPLOAD = z
  .object({
    upload_id: z.string(),
    file_name: z.string().nullable().describe("as the client gave it (`filename` of Upload-Metadata)"),
    metadata: z.record(z.string(), z.string().nullable()).describe("all of Upload-Metadata"),
    size: z.int().describe("bytes of the whole file"),
    offset: z.int().describe("bytes that are here"),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime().describe("when it is deleted, where nothing more comes"),
  })
  .meta({ id: "Upload" });

/** One's own uploads: to go on with one after the program that began it has forgotten. */
export const listUploadsRoute = route({
  method: "get",
  path: UPLOADS_PATH,
  operationId: "listUploads",
  summary: "Your uploads that were not used yet, oldest first",
  answers: { 200: json(z.object({ uploads: z.array(UPLOAD) }), "Your uploads") },
  async handle({ response, requester, uploads }) {
    const all = await uploads.list(requester);
    response.json({
      uploads: all.map(({ id, size, offset, metadata, createdAt, touchedAt }) => ({
        upload_id: id,
        file_name: metadata["filename"] ?? null,
        metadata,
        size,
        offset,
        created_at: new Date(createdAt).toISOString(),
        expires_at: new Date(touchedAt + UPLOAD_LASTS_MS).toISOString(),
      })),
    });
  },
});
