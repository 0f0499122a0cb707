import type { JsonObject } from "../../matrix/json.ts";

/** Why a request was not done, as far as its sender has to tell reasons apart; doors put it into their own terms (HTTP: a status). */
export type FailureKind =
  | "invalid"
  | "unauthorized"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "gone"
  | "version_unknown"
  | "too_large"
  | "out_of_range"
  | "too_many"
  | "internal"
  | "homeserver_away"
  | "unavailable"
  | "no_space";

/** The service could not do what it would have done: no matter of who asked, or of what they asked for. */
const FAULTS: ReadonlySet<FailureKind> = new Set(["internal", "homeserver_away", "unavailable", "no_space"]);

/** One of several reasons, e.g. a refusal or a fault of a bundle. */
export interface Reason {
  code: string;
  message: string;
}

/** A refusal, a fault or a wrong request, with what doors need to answer it. */
export class RequestError extends Error {
  readonly kind: FailureKind;
  readonly errcode: string;
  readonly reasons: Reason[];
  /** after so many seconds it may be tried again; undefined: it is not known */
  readonly retryAfter: number | undefined;
  /** what else the answer of a program tells, beside the sentence and its reasons */
  more: JsonObject = {};

  constructor(kind: FailureKind, errcode: string, message: string, reasons: Reason[] = [], retryAfter?: number) {
    super(message);
    this.name = "RequestError";
    this.kind = kind;
    this.errcode = errcode;
    this.reasons = reasons;
    this.retryAfter = retryAfter;
  }

  /** Was it refused, or did the service fail? */
  get refused(): boolean {
    return !FAULTS.has(this.kind);
  }
}
