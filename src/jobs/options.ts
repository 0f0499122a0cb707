import { z } from "zod";
import { flagged } from "../requests/options/option.ts";

/** How to end a job. */
export const cancelOptions = z.strictObject({
  keep: flagged(z.boolean().default(false), { keep: [true, "keep the room and all that is done, for a retry"] }),
});
