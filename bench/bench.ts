import type { Ground } from "./ground.ts";

/** What one way of doing it took: of the median round. */
export interface Cost {
  /** seconds */
  wall: number;
  /** CPU of the service, or of the command, user and system, in milliseconds */
  service?: number;
  /** CPU of the homeserver, in milliseconds, until it was idle again */
  homeserver?: number;
  /** highest resident memory of the service, or of the command, in MB: of the worst round */
  peak?: number;
}

/** One row of the report: the product against its peer, or a figure of its own, and the bound that it must keep. */
export interface Row {
  /** what is done, and what it is held against */
  what: string;
  value: number;
  unit: "times" | "ms" | "MB";
  /** the bound; `least`: more is better */
  must: { least: number } | { most: number };
  product: Cost;
  peer?: Cost;
}

/** One subject of `npm run bench`: a module of this folder. Product and peer take turns, in one run. */
export interface Bench {
  /** by which `npm run bench -- NAME` runs it alone */
  name: string;
  measure(ground: Ground): Promise<Row[]>;
}

/** The same of what needs no homeserver, or starts one of its own. */
export interface OfflineBench {
  name: string;
  measure(): Promise<Row[]>;
}
