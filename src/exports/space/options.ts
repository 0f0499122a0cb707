import { z } from "zod";
import { inOrder } from "../../requests/options/shapes.ts";
import { exportOptions } from "../options.ts";
import { withPredecessors } from "../predecessors/options.ts";

const { media, viewer, since, until, senders, without, without_bot } = exportOptions.shape;

/** What of each room of a collection to export: of the options of a room those that make sense for many. */
export const spaceExportOptions = z
  .strictObject({ media, viewer, since, until, senders, without, without_bot, with_predecessors: withPredecessors })
  .check(inOrder);
export type SpaceExportOptions = z.output<typeof spaceExportOptions>;
