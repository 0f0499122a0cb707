/** Is it a time as Slack has it, which is also what names a message: seconds and microseconds? */
export function isTs(ts: string | undefined): ts is string {
  return ts !== undefined && /^\d{1,11}(?:\.\d{1,9})?$/.test(ts);
}

/** Milliseconds since the epoch. */
export function timeOf(ts: string): number {
  const [seconds = "0", fraction = ""] = ts.split(".");
  return Number(seconds) * 1000 + Number(fraction.padEnd(3, "0").slice(0, 3));
}
