import { ConvertError } from "../convert-error.ts";
import type { Ledger } from "./ledger.ts";

/** What a clock on the wall showed. */
export interface WallTime {
  year: number;
  /** 1 to 12 */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second?: number | undefined;
  millisecond?: number | undefined;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** So far messages of one log can go back without a change of the clock. */
const TOLERANCE = 10 * 60_000;

/**
 * Makes times of what a clock showed in a time zone, in the order of the messages: an hour that the clock showed twice is told
 * apart by it, for times in a log rise.
 */
export class LocalClock {
  readonly #format: Intl.DateTimeFormat;
  readonly #ledger: Ledger;
  readonly #offsets = new Map<number, number>();
  #last = -Infinity;

  /** `timeZone`: IANA name. @throws ConvertError time_zone_needed, time_zone_unknown */
  constructor(timeZone: string | undefined, ledger: Ledger) {
    this.#format = formatOf(timeZone);
    this.#ledger = ledger;
    ledger.say("time_zone_given");
  }

  /** Milliseconds since the epoch; undefined where there is no such day or hour. */
  read({ year, month, day, hour, minute, second = 0, millisecond = 0 }: WallTime): number | undefined {
    const shown = Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
    const there = new Date(shown);
    if (
      Number.isNaN(shown) ||
      there.getUTCDate() !== day ||
      there.getUTCMonth() !== month - 1 ||
      hour > 23 ||
      minute > 59
    )
      return undefined;
    this.#last = this.#choose(shown);
    return this.#last;
  }

  #choose(shown: number): number {
    const offsets = [this.#offset(shown - DAY), this.#offset(shown + DAY)];
    const times = [...new Set(offsets)]
      .map((offset) => shown - offset)
      .filter((time) => shown - time === this.#offset(time));
    const [first, second] = times.sort((a, b) => a - b);
    if (first === undefined) {
      this.#ledger.count("time_skipped");
      return shown - (offsets[0] ?? 0);
    }
    if (second === undefined) return first;
    this.#ledger.count("time_repeated");
    return first >= this.#last - TOLERANCE ? first : second;
  }

  /** By how many milliseconds the clock is ahead of UTC. */
  #offset(time: number): number {
    const hour = Math.floor(time / (HOUR / 4));
    const known = this.#offsets.get(hour);
    if (known !== undefined) return known;
    const start = hour * (HOUR / 4);
    const parts = Object.fromEntries(this.#format.formatToParts(start).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour: shownHour = 0, minute = 0, second = 0 } = parts;
    const offset = Date.UTC(year, month - 1, day, shownHour, minute, second) - start;
    this.#offsets.set(hour, offset);
    return offset;
  }
}

function formatOf(timeZone: string | undefined): Intl.DateTimeFormat {
  if (timeZone === undefined) throw new ConvertError("time_zone_needed");
  const numeric = { month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" } as const;
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", year: "numeric", ...numeric });
  } catch (error) {
    if (error instanceof RangeError) throw new ConvertError("time_zone_unknown", [], timeZone.slice(0, 100));
    throw error;
  }
}
