import { createHash, timingSafeEqual } from "node:crypto";
import type { Request, Response } from "express";
import { RequestError } from "../../requests/failures/failure.ts";
import type { Requester } from "../../requests/requester.ts";
import { HomeserverError } from "../../ports/homeserver/homeserver.ts";
import type { Door } from "../../ports/audit-log.ts";
import type { WidgetSessions } from "./widget-sessions.ts";
import type { WrongTokens } from "./wrong-tokens.ts";

export interface AuthenticationParts {
  /** `GET /account/whoami`. @throws HomeserverError 401 where the token is not good */
  whoami(accessToken: string): Promise<{ userId: string; guest: boolean }>;
  /** whose token is for the homeserver alone */
  serviceUser: string;
  /** SHA-256, lower-case hexadecimal */
  adminTokens: readonly { name: string; sha256: string }[];
  wrongTokens: WrongTokens;
  /** of people who have come through the widget */
  sessions: Pick<WidgetSessions, "isToken" | "userOf">;
  /** milliseconds of a clock that never jumps; default: this process's */
  monotonic?: () => number;
}

/** How long an answer of the homeserver is believed, in milliseconds: a token that was logged out works so much longer. */
const BELIEVED_MS = 30_000;
/** So many tokens are known to have been good, also after that time. */
const KNOWN_TOKENS = 10_000;
const UNKNOWN_TOKEN =
  "This access token is not known: it has expired or was logged out, or belongs to another homeserver. Log in again";
/** The token is good, but the homeserver lets nobody do anything with it. */
const CLOSED_ACCOUNTS: Readonly<Record<string, string>> = {
  M_USER_LOCKED: "The homeserver has locked your account: ask its administrator",
  M_USER_DEACTIVATED: "Your account is deactivated",
  ORG_MATRIX_EXPIRED_ACCOUNT: "Your account has expired: renew it, or ask the homeserver's administrator",
};
const ENDED_SESSION =
  "This session has ended: sessions of the widget live for an hour, and until the service restarts. Open the widget again";
const SERVICE_TOKEN =
  "This is the service's own token (as_token), by which only it speaks to the homeserver: use an access token of yours, or an admin token of the configuration";
/** `User-Agent` of this project's command line. */
const COMMAND_LINE = "roomporter-cli";

/** Tells who asks, from `Authorization: Bearer`: an admin token of the configuration, a Matrix access token, or a widget's session. */
export class Authentication {
  readonly #parts: AuthenticationParts;
  readonly #admins: { name: string; hash: Buffer }[];
  /** by the token's hash, the longest unused first: no token stays in memory */
  readonly #known = new Map<string, { userId: string; guest: boolean; until: number }>();

  constructor(parts: AuthenticationParts) {
    this.#parts = parts;
    this.#admins = parts.adminTokens.map(({ name, sha256 }) => ({ name, hash: Buffer.from(sha256, "hex") }));
  }

  /** @throws RequestError 401, 403, 429, 502 */
  async requester(request: Request, response: Response): Promise<Requester> {
    const token = bearerToken(request);
    const digest = createHash("sha256").update(token).digest();
    const door = doorOf(request);
    const admin = this.#adminName(digest);
    if (admin !== undefined) return { userId: `admin:${admin}`, adminToken: true, door };

    const { wrongTokens } = this.#parts;
    if (this.#parts.sessions.isToken(token)) return await this.#session(token, request, response);
    const hash = digest.toString("hex");
    const known = this.#known.get(hash);
    if (known && known.until > this.#now())
      return { userId: known.userId, guest: known.guest, adminToken: false, door, accessToken: token };
    // many people may share an address: those whose tokens were good are not kept out by others' guesses
    if (!known) await wrongTokens.refuseGuesses(request);
    try {
      const holder = await this.#parts.whoami(token);
      if (holder.userId === this.#parts.serviceUser) throw new RequestError("forbidden", "M_FORBIDDEN", SERVICE_TOKEN);
      this.#remember(hash, holder);
      return { ...holder, adminToken: false, door, accessToken: token };
    } catch (error) {
      if (!(error instanceof HomeserverError)) throw error;
      if (error.status !== 401 && error.status !== 403)
        throw new RequestError(
          "homeserver_away",
          "M_UNKNOWN",
          "The homeserver cannot be asked whose token this is: try again later",
        );
      this.#known.delete(hash);
      const closed = CLOSED_ACCOUNTS[error.errcode];
      await wrongTokens.count(request, response, closed === undefined);
      if (closed !== undefined) throw new RequestError("forbidden", error.errcode, closed);
      throw new RequestError("unauthorized", "M_UNKNOWN_TOKEN", UNKNOWN_TOKEN);
    }
  }

  #now(): number {
    const { monotonic } = this.#parts;
    return monotonic ? monotonic() : performance.now();
  }

  #adminName(digest: Buffer): string | undefined {
    // every entry is compared: the time taken must not tell how far a guess got
    let found: string | undefined;
    for (const { name, hash } of this.#admins) if (timingSafeEqual(digest, hash)) found = name;
    return found;
  }

  /** @throws RequestError 401, 429 */
  async #session(token: string, request: Request, response: Response): Promise<Requester> {
    const { sessions, wrongTokens } = this.#parts;
    const userId = sessions.userOf(token);
    if (userId !== undefined) return { userId, adminToken: false, door: doorOf(request), session: true };
    await wrongTokens.refuseGuesses(request);
    await wrongTokens.count(request, response);
    throw new RequestError("unauthorized", "M_UNKNOWN_TOKEN", ENDED_SESSION);
  }

  #remember(hash: string, holder: { userId: string; guest: boolean }): void {
    this.#known.delete(hash);
    const oldest = this.#known.keys().next();
    if (this.#known.size >= KNOWN_TOKENS && !oldest.done) this.#known.delete(oldest.value);
    this.#known.set(hash, { ...holder, until: this.#now() + BELIEVED_MS });
  }
}

/** The command line says who it is; nothing depends on whether that is true. */
function doorOf(request: Request): Door {
  return request.headers["user-agent"] === COMMAND_LINE ? "cli" : "http";
}

function bearerToken(request: Request): string {
  const [, token] = /^Bearer +([\x21-\x7e]{1,4096}) *$/i.exec(request.headers.authorization ?? "") ?? [];
  if (token !== undefined) return token;
  throw new RequestError("unauthorized", "M_MISSING_TOKEN", "An access token is needed: Authorization: Bearer TOKEN");
}
