import type { Dispatcher } from "undici";
import { z } from "zod";
import { REFUSALS } from "../../policy/refusals.ts";
import { sentenceOf } from "../../requests/failures/sentence.ts";
import { CliError, EXIT, type ExitCode } from "../exit.ts";

/** The service, or the way to it, said no. */
export class ServiceError extends CliError {
  /** may it succeed when asked again after a while? */
  readonly passing: boolean;

  constructor(
    code: ExitCode,
    message: string,
    passing: boolean,
    details: ConstructorParameters<typeof CliError>[2] = {},
  ) {
    super(code, message, details);
    this.name = "ServiceError";
    this.passing = passing;
  }
}

/** The `errcode` of an import that the same person has asked for before. */
const ALREADY_IMPORTED = "IO.ROOMPORTER.ALREADY_IMPORTED";

/** How the command line shows reasons. */
export const SHOWN_REASONS = { most: 5, codes: true, elsewhere: "--json shows them" } as const;
const REASONS = z.array(z.object({ code: z.string(), message: z.string() }));
const MATRIX_ERROR = z.looseObject({ errcode: z.string(), error: z.string(), reasons: REASONS.optional() });

/** From a request that got no answer. An interruption (AbortError) is handed through. */
export function noAnswer(url: string, error: unknown): unknown {
  if (error instanceof Error && error.name === "AbortError") return error;
  const code = connectionCode(error);
  const hint =
    code === "ECONNREFUSED"
      ? "nothing listens there: is the service running, and is the address right?"
      : code === "ENOTFOUND" || code === "EAI_AGAIN"
        ? "there is no such host: check the address"
        : `the connection failed${code === undefined ? "" : ` (${code})`}: try again, and look at the service's log`;
  return new ServiceError(EXIT.failed, `no answer from ${url}: ${hint}`, true);
}

/** From an answer with a status of 400 or more. */
export async function refusedBy(url: string, response: Dispatcher.ResponseData): Promise<ServiceError> {
  const status = response.statusCode;
  const passing = status === 429 || (status >= 502 && status <= 504);
  const parsed = MATRIX_ERROR.safeParse(await response.body.json().catch(() => undefined));
  if (!parsed.success) {
    const hint = passing ? "try again in a minute" : "is this the address of a Roomporter service?";
    return new ServiceError(EXIT.failed, `${url} answered ${status} without saying why: ${hint}`, passing);
  }
  const { errcode, error, reasons = [], ...more } = parsed.data;
  const message = sentenceOf({ message: error, reasons }, { ...SHOWN_REASONS, next: nextStep(status, errcode) });
  return new ServiceError(exitCodeOf(errcode, reasons), message, passing, { errcode, reasons, more });
}

/** Refused by a rule, or failed? */
export function exitCodeOf(errcode: string, reasons: readonly { code: string }[]): ExitCode {
  const refused = errcode === "IO.ROOMPORTER.REFUSED" || reasons.some(({ code }) => Object.hasOwn(REFUSALS, code));
  return refused ? EXIT.refused : EXIT.failed;
}

function nextStep(status: number, errcode: string): string | undefined {
  if (status === 401) return "check the token (ROOMPORTER_TOKEN, --token, or roomporter tenant add)";
  if (status === 404 && errcode === "M_UNRECOGNIZED") return "check the service's address";
  if (errcode === ALREADY_IMPORTED) return "add --again to import it once more";
  if (status === 413) return "the service's operator can raise the limit";
  return undefined;
}

function connectionCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof AggregateError && error.errors.length > 0) return connectionCode(error.errors[0]);
  if ("code" in error && typeof error.code === "string") return error.code;
  return connectionCode(error.cause);
}
