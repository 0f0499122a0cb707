import { createHash, randomBytes } from "node:crypto";

/** How long a session lives, in milliseconds. */
const LIVES_MS = 3_600_000;
/** Sessions of one person at once, and of all: beyond that the oldest ends. */
const OF_ONE = 10;
const OF_ALL = 10_000;
/** What the token of a session begins with: no Matrix access token does. */
const PREFIX = "rpw_";

/** Sessions of people who have come through the widget in a room. They are in memory: a restart of the service ends them. */
export class WidgetSessions {
  readonly #monotonic: () => number;
  /** by the token's hash, the oldest first: no token stays in memory */
  readonly #sessions = new Map<string, { userId: string; until: number }>();

  /** @param monotonic milliseconds of a clock that never jumps */
  constructor(monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic;
  }

  /** Begins one. Gives its token, and how many seconds it lives. */
  start(userId: string): { token: string; expiresIn: number } {
    this.#forget();
    const own = [...this.#sessions].filter(([, session]) => session.userId === userId);
    if (own.length >= OF_ONE) this.#end(own[0]);
    if (this.#sessions.size >= OF_ALL) this.#end(this.#sessions.entries().next().value);
    const token = PREFIX + randomBytes(32).toString("base64url");
    this.#sessions.set(hashOf(token), { userId, until: this.#monotonic() + LIVES_MS });
    return { token, expiresIn: LIVES_MS / 1000 };
  }

  /** Is it the token of a session, maybe of one that has ended? Then the homeserver does not know it. */
  isToken(token: string): boolean {
    return token.startsWith(PREFIX);
  }

  /** Whose the session is; undefined where it has ended or never was. */
  userOf(token: string): string | undefined {
    const session = this.#sessions.get(hashOf(token));
    return session && session.until > this.#monotonic() ? session.userId : undefined;
  }

  #end(entry: [string, unknown] | undefined): void {
    if (entry) this.#sessions.delete(entry[0]);
  }

  #forget(): void {
    const now = this.#monotonic();
    for (const [hash, { until }] of this.#sessions) if (until <= now) this.#sessions.delete(hash);
  }
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
