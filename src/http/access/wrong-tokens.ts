import type { Request, Response } from "express";
import { ipKeyGenerator, rateLimit } from "express-rate-limit";
import { RequestError } from "../../requests/failures/failure.ts";

/** Wrong tokens that one address may show in a minute: then the homeserver is asked only about those known to have been good. */
const FAILURES = 30;
const FAILURES_MS = 60_000;

/** Counts the wrong tokens of each address, whatever they were shown to. */
export class WrongTokens {
  readonly #failures = rateLimit({
    windowMs: FAILURES_MS,
    limit: FAILURES,
    legacyHeaders: false,
    keyGenerator: addressOf,
    handler: (_request, _response, next) => next(),
  });
  readonly #told: () => void;

  /** @param told of each wrong token, and nothing more about it */
  constructor(told: () => void) {
    this.#told = told;
  }

  /** @throws RequestError 429 where this address has shown too many */
  async refuseGuesses(request: Request): Promise<void> {
    const failures = await this.#failures.getKey(addressOf(request));
    if (!failures || failures.totalHits < FAILURES) return;
    this.#told();
    throw new RequestError(
      "too_many",
      "M_LIMIT_EXCEEDED",
      "Too many wrong tokens from this address: try again in a minute",
      [],
      Math.ceil(FAILURES_MS / 1000),
    );
  }

  /** A token was wrong. @param told false: nobody is told, for the token was good and the account is not */
  async count(request: Request, response: Response, told = true): Promise<void> {
    await this.#failures(request, response, () => undefined);
    if (told) this.#told();
  }
}

/** IPv6 addresses count by network: one household has more of them than can be counted. */
function addressOf(request: Request): string {
  return ipKeyGenerator(request.ip ?? "");
}
