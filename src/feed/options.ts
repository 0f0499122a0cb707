import { z } from "zod";

/** Which part of the indexers' feed. */
export const feedOptions = z.strictObject({
  since: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe("the token of the last line that was dealt with; without it, from the start"),
  limit: z.number().int().min(1).max(1000).default(100).describe("at most so many lines"),
});
