import * as z from "zod/mini";

/** The head of a manifest, as far as it is shown (docs/bundle-format.md). */
export const HEAD = z.object({
  exported_at: z.string(),
  exported_by: z.string(),
  source: z.object({ server_name: z.string(), room_id: z.string() }),
  room: z.object({ name: z.nullable(z.string()), topic: z.nullable(z.string()) }),
  coverage: z.object({
    complete: z.boolean(),
    limits: z.array(z.object({ kind: z.string() })),
    without_encrypted_files: z.optional(z.boolean()),
  }),
  decryption: z.optional(z.object({ encrypted: z.number(), decrypted: z.number() })),
  counts: z.object({
    events: z.number(),
    senders: z.number(),
    media_files: z.number(),
    media_bytes: z.number(),
    ledger: z.number(),
  }),
});

/** What a bundle is, read without sending it. */
export interface BundleLook {
  head: z.output<typeof HEAD>;
  signed: boolean;
  /** those that are there to read: edits and removed ones do not count */
  messages: number;
  /** of its messages, milliseconds since the epoch; null: there are none */
  span: { first: number; last: number } | null;
  /** who wrote most first */
  people: { userId: string; name: string; messages: number }[];
}
