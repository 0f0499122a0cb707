import { z } from "zod";
import type { StorageUse } from "../../../administration/show-storage.ts";
import { json } from "../../answers.ts";
import { route } from "../../route.ts";

const bundles = z.int();
const bytes = z.int();

const STORAGE = z
  .object({
    bundles,
    bytes,
    per_user: z.int().nullable().describe("bytes that one user may have; null: any number"),
    users: z
      .array(
        z.object({
          owner: z
            .string()
            .nullable()
            .describe("a user id, or admin:NAME for an admin token; null: of no job that is known"),
          bundles,
          bytes,
        }),
      )
      .describe("the largest first"),
  })
  .meta({ id: "Storage" }) satisfies z.ZodType<StorageUse>;

export const showStorageRoute = route({
  method: "get",
  path: "/v1/storage",
  operationId: "showStorage",
  summary: "How much the bundle store holds, and for whom (admins)",
  answers: { 200: json(STORAGE, "The use of the storage") },
  async handle({ response, requester, administration }) {
    response.json(await administration.storage(requester));
  },
});
