import { z } from "zod";
import { isUserId } from "../matrix/ids.ts";
import { isObject, member, type JsonObject, type JsonValue } from "../matrix/json.ts";
import type { Job } from "../ports/job-store.ts";
import { exportOptions, type ExportOptions } from "./options.ts";

/** What a queued export has to know: its options as they were asked for, to whom the room is shown, and whom that user ignores. */
const params = z.object({
  visible_to: z.string().nullable(),
  ignored: z.array(z.string()).default([]),
  up_to: z.string().optional(),
  chain: z.number().int().min(1).optional(),
  options: exportOptions.strip(),
});

export interface ExportParams {
  visibleTo: string | undefined;
  ignored: readonly string[];
  /** id of the message that asked for it: what was said later, the notice of this job among it, is not part of it */
  upTo?: string;
  /** of a schedule whose bundles go on from each other: how many of them from one whole bundle on */
  chain?: number | undefined;
  options: ExportOptions;
}

export function exportParams({ visibleTo, ignored, upTo, chain, options }: ExportParams): JsonObject {
  return z.encode(params, {
    visible_to: visibleTo ?? null,
    ignored: [...ignored],
    ...(upTo !== undefined && { up_to: upTo }),
    ...(chain !== undefined && { chain }),
    options,
  });
}

/** Also of a job that an earlier version has queued: what it did not store is as if nobody had asked for it. */
export function readExportParams({ params: stored, owner }: Job): ExportParams {
  // where it is not said, the room is shown to nobody but the owner
  const visibleTo = member(stored, "visible_to") ?? ("visible_to" in stored || !isUserId(owner) ? null : owner);
  const options = member(stored, "options");
  const {
    visible_to,
    ignored,
    up_to: upTo,
    chain,
    options: read,
  } = params.parse({
    visible_to: visibleTo,
    ignored: member(stored, "ignored"),
    up_to: member(stored, "up_to"),
    chain: member(stored, "chain"),
    options: isObject(options) ? options : flatOptions(stored),
  });
  return {
    visibleTo: visible_to ?? undefined,
    ignored,
    ...(upTo !== undefined && { upTo }),
    ...(chain !== undefined && { chain }),
    options: read,
  };
}

/** Before options had a member of their own, they stood beside `visible_to`: null for what was not asked for, times as numbers. */
function flatOptions(stored: JsonObject): JsonObject {
  const said = Object.entries(stored).filter(
    ([key, value]) => key !== "visible_to" && key !== "ignored" && key !== "up_to" && value !== null,
  );
  return Object.fromEntries(
    said.map(([key, value]): [string, JsonValue] => [
      key,
      typeof value === "number" ? new Date(value).toISOString() : value,
    ]),
  );
}
