import { z } from "zod";
import { inOrder } from "../../requests/options/shapes.ts";
import { exportOptions } from "../options.ts";

const { media, viewer, since, until, senders, without, without_bot } = exportOptions.shape;

/** What of each room of a space to export: of the options of a room those that make sense for many. */
export const spaceExportOptions = z
  .strictObject({ media, viewer, since, until, senders, without, without_bot })
  .check(inOrder);
export type SpaceExportOptions = z.output<typeof spaceExportOptions>;
