import { z } from "zod";
import { FORMATS } from "../convert/formats.ts";
import { userId } from "../requests/options/shapes.ts";

const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).format(0) !== "";
  } catch {
    return false;
  }
};

/** What of an upload to convert, and what its program does not say. */
export const conversionOptions = z.strictObject({
  upload_id: z
    .string()
    .min(1)
    .max(64)
    .describe("a finished upload (POST /v1/uploads); it stays, for further conversations"),
  from: z
    .enum(["auto", ...Object.keys(FORMATS)])
    .default("auto")
    .describe("the program that made the export; auto: found out by what is in it"),
  channel: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe(
      "one conversation, by its name as the report lists it; without it, an export that holds several is only looked through",
    ),
  time_zone: z
    .string()
    .max(64)
    .refine(isTimeZone, "an IANA name such as Europe/Berlin, or UTC")
    .optional()
    .describe("where the clock hung, for exports that write local times"),
  date_order: z.enum(["dmy", "mdy", "ymd"]).optional().describe("how WhatsApp wrote dates, where that cannot be told"),
  trust_imported: z
    .array(userId)
    .max(100)
    .optional()
    .describe(
      "of rooms that an import made, in Element's exports: users whose imports are believed to name the authors",
    ),
});
export type ConversionOptions = z.output<typeof conversionOptions>;
