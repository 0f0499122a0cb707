import { z } from "zod";
import type { JsonObject } from "../matrix/json.ts";
import type { Job } from "../ports/job-store.ts";
import { exportOptions, type ExportOptions } from "./options.ts";

/** What a queued export has to know: its options as they were asked for, and to whom the room is shown. */
const params = z.strictObject({ visible_to: z.string().nullable(), options: exportOptions.strip() });

export function exportParams(visibleTo: string | undefined, options: ExportOptions): JsonObject {
  return z.encode(params, { visible_to: visibleTo ?? null, options });
}

export function readExportParams({ params: stored }: Job): { visibleTo: string | undefined; options: ExportOptions } {
  const { visible_to, options } = params.parse(stored);
  return { visibleTo: visible_to ?? undefined, options };
}
