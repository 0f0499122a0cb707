import * as z from "zod/mini";

/** What the report of a conversion says where something is still to be chosen or said. */
export const LOOKED = z.object({
  program: z.string(),
  needs: z.array(z.enum(["channel", "time_zone", "date_order"])),
  conversations: z.array(z.object({ name: z.string(), bytes: z.nullable(z.number()) })),
  detail: z.optional(z.string()),
  not_listed: z.optional(z.number()),
});
export type Looked = z.output<typeof LOOKED>;
