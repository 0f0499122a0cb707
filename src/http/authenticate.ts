import { createHash, timingSafeEqual } from "node:crypto";
import type { Request, Response } from "express";
import { ipKeyGenerator, rateLimit } from "express-rate-limit";
import { PorterError, type Requester } from "../jobs/porter.ts";
import { HomeserverError } from "../ports/homeserver.ts";
import type { Clock } from "../ports/clock.ts";

export interface AuthenticationParts {
  /** `GET /account/whoami`. @throws HomeserverError 401 where the token is not good */
  whoami(accessToken: string): Promise<string>;
  /** SHA-256, lower-case hexadecimal */
  adminTokens: readonly { name: string; sha256: string }[];
  isAdmin(userId: string): boolean;
  clock: Clock;
}

/** How long an answer of the homeserver is believed, in milliseconds: a token that was logged out works so much longer. */
const BELIEVED_MS = 30_000;
const BELIEVED_TOKENS = 10_000;
/** Wrong tokens that one address may show in a minute. */
const FAILURES = 30;
const FAILURES_MS = 60_000;

/** Tells who asks, from `Authorization: Bearer`: an admin token of the configuration, or a Matrix access token. */
export class Authentication {
  readonly #parts: AuthenticationParts;
  readonly #admins: { name: string; hash: Buffer }[];
  /** by the token's hash: no token stays in memory */
  readonly #believed = new Map<string, { userId: string; until: number }>();
  readonly #failures = rateLimit({
    windowMs: FAILURES_MS,
    limit: FAILURES,
    legacyHeaders: false,
    keyGenerator: addressOf,
    handler: (_request, _response, next) => next(),
  });

  constructor(parts: AuthenticationParts) {
    this.#parts = parts;
    this.#admins = parts.adminTokens.map(({ name, sha256 }) => ({ name, hash: Buffer.from(sha256, "hex") }));
  }

  /** @throws PorterError 401, 429, 502 */
  async requester(request: Request, response: Response): Promise<Requester> {
    const token = bearerToken(request);
    const hash = createHash("sha256").update(token).digest();
    const userId = this.#remembered(hash.toString("hex"));
    if (userId !== undefined) return this.#user(userId, token);

    const failures = await this.#failures.getKey(addressOf(request));
    if (failures && failures.totalHits >= FAILURES) {
      response.setHeader("Retry-After", Math.ceil(FAILURES_MS / 1000));
      throw new PorterError(429, "M_LIMIT_EXCEEDED", "Too many wrong tokens from this address: try again in a minute");
    }
    // every entry is compared: the time taken must not tell how far a guess got
    let admin: string | undefined;
    for (const { name, hash: expected } of this.#admins) if (timingSafeEqual(hash, expected)) admin = name;
    if (admin !== undefined) return { userId: `admin:${admin}`, admin: true, adminToken: true };
    try {
      const found = await this.#parts.whoami(token);
      this.#remember(hash.toString("hex"), found);
      return this.#user(found, token);
    } catch (error) {
      if (!(error instanceof HomeserverError)) throw error;
      if (error.status !== 401 && error.status !== 403)
        throw new PorterError(502, "M_UNKNOWN", "The homeserver cannot be asked whose token this is: try again later");
      await this.#failures(request, response, () => undefined);
      throw new PorterError(401, "M_UNKNOWN_TOKEN", "This access token is not known");
    }
  }

  #user(userId: string, accessToken: string): Requester {
    return { userId, admin: this.#parts.isAdmin(userId), adminToken: false, accessToken };
  }

  #remembered(hash: string): string | undefined {
    const known = this.#believed.get(hash);
    if (!known) return undefined;
    if (known.until > this.#parts.clock.now()) return known.userId;
    this.#believed.delete(hash);
    return undefined;
  }

  #remember(hash: string, userId: string): void {
    const oldest = this.#believed.keys().next();
    if (this.#believed.size >= BELIEVED_TOKENS && !oldest.done) this.#believed.delete(oldest.value);
    this.#believed.set(hash, { userId, until: this.#parts.clock.now() + BELIEVED_MS });
  }
}

/** IPv6 addresses count by network: one household has more of them than can be counted. */
function addressOf(request: Request): string {
  return ipKeyGenerator(request.ip ?? "");
}

function bearerToken(request: Request): string {
  const [, token] = /^Bearer +([\x21-\x7e]{1,4096}) *$/i.exec(request.headers.authorization ?? "") ?? [];
  if (token !== undefined) return token;
  throw new PorterError(401, "M_MISSING_TOKEN", "An access token is needed: Authorization: Bearer TOKEN");
}
