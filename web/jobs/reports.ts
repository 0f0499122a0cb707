import * as z from "zod/mini";

/** What an export's report says. */
export const EXPORT_REPORT = z.object({
  file_name: z.string(),
  size: z.number(),
  manifest_sha256: z.string(),
  counts: z.object({ events: z.number(), media_files: z.number(), ledger: z.number() }),
  coverage: z.object({
    complete: z.boolean(),
    limits: z.array(z.object({ kind: z.string() })),
    without_encrypted_files: z.optional(z.boolean()),
  }),
});

/** What the report of an export of many rooms says. */
export const COLLECTION_REPORT = z.object({ file_name: z.string() });

/** What an import's report says. */
export const IMPORT_REPORT = z.object({
  room_id: z.string(),
  bundle_sha256: z.string(),
  events: z.object({ sent: z.number(), left_out: z.number() }),
  ledger: z.array(z.object({ code: z.string(), message: z.string() })),
});

const LEDGER = z.array(z.object({ code: z.string(), message: z.string(), count: z.number() }));

/** What the report of a conversion says that has made a bundle. */
export const CONVERSION_REPORT = z.object({
  program: z.string(),
  file_name: z.string(),
  size: z.number(),
  room: z.object({ name: z.nullable(z.string()) }),
  counts: z.object({ events: z.number(), senders: z.number(), media_files: z.number() }),
  ledger: LEDGER,
});
export type ConversionReport = z.output<typeof CONVERSION_REPORT>;
