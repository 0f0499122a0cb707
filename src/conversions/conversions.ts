import type { StartConversion } from "./start-conversion.ts";

/** All that doors can ask for about conversions; their jobs are shown, and their bundles fetched, like those of exports. */
export interface Conversions {
  start: StartConversion;
}
