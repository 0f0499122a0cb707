import type { JobOutcome, JobKind, JobState } from "./job-store.ts";

/** Why a call of the homeserver is repeated: 429; 500; 502 to 504; no answer at all. */
export type RetryReason = "rate_limited" | "server_error" | "away" | "no_answer";

/** Is told what goes between the service and its homeserver. */
export interface HomeserverMeter {
  /**
   * One attempt at a call. `endpoint`: a pattern of the specification, never an address with ids; `status`: HTTP, 0 where there
   * was no answer.
   */
  called(attempt: { method: string; endpoint: string; status: number; seconds: number }): void;
  repeated(reason: RetryReason): void;
  media(direction: "down" | "up", bytes: number): void;
}

/** Is told what jobs do. */
export interface JobMeter {
  /** This process took a job up, or laid it down, whatever the reason. */
  held(kind: JobKind, change: 1 | -1): void;
  /** Events read by exports, or replayed by imports. */
  events(kind: JobKind, count: number): void;
  ended(kind: JobKind, outcome: JobOutcome): void;
  /** Bundles written by exports, or taken in for imports; bytes. */
  bundle(direction: "read" | "written", bytes: number): void;
}

/** How a schedule of exports stands. */
export interface ScheduleStanding {
  name: string;
  /** the latest time for which every room was exported, in milliseconds since the epoch; undefined: not within what it may be late */
  done: number | undefined;
  /** some export is later than the schedule allows */
  overdue: boolean;
  /** where it is overdue: rooms and spaces whose export is missing */
  missing: number;
  /** rooms and spaces */
  rooms: number;
}

/** What the database holds, counted. */
export interface Census {
  jobs: { kind: JobKind; state: JobState; count: number }[];
  /** when the oldest job that waits was created, milliseconds since the epoch */
  oldestQueuedAt: number | undefined;
  /** pushed events that nobody has acted on yet */
  inbox: number;
  schedules: ScheduleStanding[];
}

/** One metric with what it counts at the moment. */
export interface Metric {
  name: string;
  help: string;
  /** in Prometheus' words: counter, gauge, histogram or summary */
  type: string;
  samples: { name: string; labels: Record<string, string>; value: number }[];
}

/** The page that a monitoring system reads. Never rejects: what cannot be counted is left out, and said. */
export interface MetricsPage {
  contentType: string;
  text(): Promise<string>;
  /** The same in parts. */
  metrics(): Promise<Metric[]>;
}
