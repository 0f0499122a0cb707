import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { RequestError } from "../failures/failure.ts";
import type { Caller } from "../requester.ts";

const HOUR_SECONDS = 3600;

/** Who has it done. */
type Counted = Pick<Caller, "userId" | "adminToken">;

/** So many of something for each user within an hour, as this process counts them; admin tokens have no such limit. */
export class Hourly {
  readonly #limiter: RateLimiterMemory;
  readonly #what: string;
  readonly #setting: string;

  /** @param what for people: "rooms made" */
  constructor({ what, limit, setting }: { what: string; limit: number; setting: string }) {
    this.#limiter = new RateLimiterMemory({ points: limit, duration: HOUR_SECONDS });
    this.#what = what;
    this.#setting = setting;
  }

  /**
   * Does what counts as so many; what fails counts for nothing, for it is tried again, by the service itself, too.
   * @throws RequestError too_many, with the numbers; what `act` throws
   */
  async during<T>(caller: Counted, count: number, act: () => Promise<T>): Promise<T> {
    const { userId, adminToken } = caller;
    if (adminToken || count === 0) return await act();
    await this.#spend(userId, count);
    try {
      return await act();
    } catch (error) {
      await this.#limiter.reward(userId, count);
      throw error;
    }
  }

  /** Could they have one more? Counts nothing. @throws RequestError too_many, with the numbers */
  async requireLeft({ userId, adminToken }: Counted): Promise<void> {
    if (adminToken) return;
    const had = await this.#limiter.get(userId);
    if (had && had.consumedPoints >= this.#limiter.points) throw this.#tooMany(had.consumedPoints, had.msBeforeNext);
  }

  async #spend(userId: string, count: number): Promise<void> {
    try {
      await this.#limiter.consume(userId, count);
    } catch (full) {
      if (!(full instanceof RateLimiterRes)) throw full;
      await this.#limiter.reward(userId, count);
      throw this.#tooMany(full.consumedPoints - count, full.msBeforeNext);
    }
  }

  #tooMany(had: number, msBeforeNext: number): RequestError {
    const seconds = Math.max(1, Math.ceil(msBeforeNext / 1000));
    const message = `You may have ${String(this.#limiter.points)} ${this.#what} in an hour (${this.#setting}), and have had ${String(had)}: try again in ${String(Math.ceil(seconds / 60))} minutes`;
    return new RequestError("too_many", "M_LIMIT_EXCEEDED", message, [], seconds);
  }
}

/** What one user may have within an hour. */
export interface HourlyLimits {
  /** by imports, too, and direct rooms with the bot */
  rooms: Hourly;
  invitations: Hourly;
}

export function hourlyLimits(limits: { rooms_per_hour: number; invitations_per_hour: number }): HourlyLimits {
  return {
    rooms: new Hourly({ what: "rooms made", limit: limits.rooms_per_hour, setting: "limits.rooms_per_hour" }),
    invitations: new Hourly({
      what: "people invited",
      limit: limits.invitations_per_hour,
      setting: "limits.invitations_per_hour",
    }),
  };
}
