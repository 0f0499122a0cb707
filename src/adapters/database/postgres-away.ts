/**
 * SQLSTATE: connection exceptions; too many connections; shutting down, crashed, starting up (PostgreSQL, "Error Codes").
 */
const STATES = /^(?:08...|53300|57P0[1-5])$/;
/** What Node calls a connection that was never made, or broke. */
const SYSTEM = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "ENOENT",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);
/** What `pg` says without a code. */
const WORDS =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered)/;

/** Does this error of `pg` mean that the server is away, and may come back? */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isAway);
  if ("code" in error && typeof error.code === "string") return STATES.test(error.code) || SYSTEM.has(error.code);
  return WORDS.test(error.message);
}
