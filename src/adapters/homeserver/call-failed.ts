import { HomeserverError } from "../../ports/homeserver/homeserver.ts";
import { member, parseJson, stringMember, type JsonValue } from "../../matrix/json.ts";

/** One attempt at a call that did not succeed: the error that is thrown in the end, and what a retry has to know. */
export class CallFailed extends HomeserverError {
  /** false: the connection was refused or never made, so the homeserver has done nothing */
  readonly reached: boolean;
  /** what the homeserver asks to wait, in milliseconds */
  readonly retryAfterMs: number | undefined;
  /** the JSON that it answered with; null where there was none */
  readonly answer: JsonValue;

  constructor(
    status: number,
    errcode: string,
    message: string,
    more: { reached?: boolean; retryAfterMs?: number | undefined; answer?: JsonValue } = {},
  ) {
    super(status, errcode, message);
    this.reached = more.reached ?? true;
    this.retryAfterMs = more.retryAfterMs;
    this.answer = more.answer ?? null;
  }
}

/** What Node calls a connection that was never made. */
const NEVER_CONNECTED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** What Synapse says, with `M_UNKNOWN`, of a profile that is not there (1.163: "No row found (profiles)"). */
const NO_ROW = /^No row found \(\w+\)$/;

/** From an answer that is not 2xx. Its body may be anything: a Matrix error, `{"Err":""}`, a proxy's page, nothing. */
export function fromAnswer(status: number, retryAfter: string | undefined, body: Buffer): CallFailed {
  let answer: JsonValue = null;
  try {
    answer = parseJson(body.toString("utf8"));
  } catch {
    // not JSON: the status has to do
  }
  const isNoRow = NO_ROW.test(stringMember(answer, "error") ?? "");
  const errcode = isNoRow ? "M_NOT_FOUND" : (stringMember(answer, "errcode") ?? "M_UNKNOWN");
  const message = stringMember(answer, "error") || `the homeserver answered ${String(status)}`;
  const asked = member(answer, "retry_after_ms");
  const retryAfterMs = typeof asked === "number" ? asked : secondsOf(retryAfter);
  return new CallFailed(status, errcode, message, { retryAfterMs, answer });
}

/** The JSON of an answer of success. @throws CallFailed as of a homeserver that is away, where it is something else: a proxy's page */
export function jsonOf(body: Buffer): JsonValue {
  try {
    return parseJson(body.toString("utf8"));
  } catch {
    throw fromAnswer(502, undefined, body);
  }
}

/** From a connection that broke, was refused or timed out. */
export function fromConnection(error: unknown): CallFailed {
  const code = codeOf(error);
  return new CallFailed(0, "M_UNKNOWN", `no answer from the homeserver (${code ?? "connection failed"})`, {
    reached: code === undefined || !NEVER_CONNECTED.has(code),
  });
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  return error instanceof AggregateError ? codeOf(error.errors[0]) : undefined;
}

/** `Retry-After` (RFC 9110, 10.2.3) in milliseconds, or undefined. */
function secondsOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const seconds = /^\s*\d+\s*$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) * 1000 : undefined;
}
