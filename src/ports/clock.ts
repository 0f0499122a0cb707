/** Time, as jobs and doors see it. */
export interface Clock {
  /** milliseconds since the epoch */
  now(): number;
}
