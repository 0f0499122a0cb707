import type { FailureKind } from "../requests/failures/failure.ts";

/** The HTTP status of each kind of failure (RFC 9110; 507: RFC 4918). */
export const STATUS: Readonly<Record<FailureKind, number>> = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  version_unknown: 412,
  too_large: 413,
  out_of_range: 416,
  too_many: 429,
  internal: 500,
  homeserver_away: 502,
  unavailable: 503,
  no_space: 507,
};
