import { z } from "zod";
import { flagged } from "../../requests/options/option.ts";
import { exportOptions } from "../options.ts";

/** An option of every export that is a job and a collection. */
export const withPredecessors = flagged(z.boolean().optional(), {
  "with-predecessors": [
    true,
    "with the predecessors of upgraded rooms, as far as you may see them, as one ZIP of bundles",
  ],
});

/** What cannot stand beside it: it is about one room. */
const OF_ONE_ROOM = ["thread", "since_bundle"] as const;

/** An export of a room as a job. */
export const exportJobOptions = exportOptions
  .safeExtend({ with_predecessors: withPredecessors })
  .check(({ value, issues }) => {
    if (value.with_predecessors !== true) return;
    for (const key of OF_ONE_ROOM)
      if (value[key] !== undefined)
        issues.push({
          code: "custom",
          input: value[key],
          path: [key],
          message: "nothing beside with_predecessors: it is of one room, export that room alone",
        });
  });
