import type { WallTime } from "../../room/local-clock.ts";

/** The order of the parts of a date. */
export const DATE_ORDERS = ["ymd", "dmy", "mdy"] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

/** The beginning of a message: both phone systems, in whatever language. */
export interface Header {
  /** the parts of the date, as they stand */
  date: [number, number, number];
  /** as they stand, for people */
  dateText: string;
  hour: number;
  minute: number;
  second: number | undefined;
  /** what follows: a name and a text, or what WhatsApp tells */
  rest: string;
}

/** Marks of direction, which WhatsApp puts before what it says itself. */
const MARKS = String.raw`[\u200e\u200f\u202a-\u202e\ufeff]*`;
const DATE = String.raw`(\d{1,4})([./-]) ?(\d{1,2})[./-] ?(\d{1,4})\.?`;
const HALF = String.raw`([AaPp])\.?[\s\u00a0\u202f]?[Mm]\.?|(上午|下午|오전|오후|午前|午後|ص|م)`;
const TIME = String.raw`(上午|下午|오전|오후|午前|午後)?\s?(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:[\s\u00a0\u202f]*(?:${HALF}))?`;
const BETWEEN = String.raw`(?:,|،)?[\s\u00a0\u202f]*(?:[^\d\s\[\]]{1,5}[\s\u00a0\u202f]+){0,2}`;
const BRACKETS = new RegExp(`^${MARKS}\\[${DATE}${BETWEEN}${TIME}\\] ?(.*)$`, "s");
const DASH = new RegExp(`^${MARKS}${DATE}${BETWEEN}${TIME} [-–] (.*)$`, "s");
const AFTERNOON = ["p", "下午", "오후", "午後", "م"];
const MORNING = ["a", "上午", "오전", "午前", "ص"];

/** Undefined for a line that goes on with the message before. */
export function headerOf(line: string): Header | undefined {
  const text = westernDigits(line.slice(0, 80)) + line.slice(80);
  const found = BRACKETS.exec(text) ?? DASH.exec(text);
  if (!found) return undefined;
  const [, a, separator = "", b, c, before, hour, minute, second, half, word, rest = ""] = found;
  const of12 = (half ?? word ?? before)?.toLowerCase();
  let hours = Number(hour);
  if (of12 !== undefined && AFTERNOON.includes(of12) && hours < 12) hours += 12;
  if (of12 !== undefined && MORNING.includes(of12) && hours === 12) hours = 0;
  return {
    date: [Number(a), Number(b), Number(c)],
    dateText: [a, b, c].join(separator),
    hour: hours,
    minute: Number(minute),
    second: second === undefined ? undefined : Number(second),
    rest,
  };
}

/** Arabic and Persian digits. */
function westernDigits(text: string): string {
  return text.replaceAll(/[٠-٩۰-۹]/g, (digit) => String((digit.codePointAt(0) ?? 0) & 0xf));
}

/** WhatsApp began in 2009. */
const FIRST_YEAR = 2009;

/** The day in that order; undefined where it is none. */
export function dayOf(
  [a, b, c]: Header["date"],
  order: DateOrder,
): Pick<WallTime, "year" | "month" | "day"> | undefined {
  const [year, month, day] = order === "ymd" ? [a, b, c] : order === "dmy" ? [c, b, a] : [c, a, b];
  const whole = year < 100 ? 2000 + year : year;
  if (whole < FIRST_YEAR) return undefined;
  const date = new Date(Date.UTC(whole, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? { year: whole, month, day } : undefined;
}

/** A day and some hours: messages of one file can go back a little. */
const BACK = 26 * 3_600_000;

/** Finds the order of the dates by all of a file: they must be days, must not go back, and lie in no future. */
export class DateOrders {
  readonly #tomorrow = Date.now() + BACK;
  readonly #last = new Map<DateOrder, number>(DATE_ORDERS.map((order) => [order, -Infinity]));
  /** for each two orders the first date that they read differently */
  readonly #examples = new Map<string, Header>();
  /** a year of two digits comes first only where hyphens part it from the rest */
  #mayBeginWithYear = true;

  see(header: Header): void {
    if (!/^\d{4}|-/.test(header.dateText)) this.#mayBeginWithYear = false;
    const times = new Map<DateOrder, number>();
    for (const [order, last] of this.#last) {
      const day = dayOf(header.date, order);
      const time = day && Date.UTC(day.year, day.month - 1, day.day);
      if (time === undefined || time < last - BACK || time > this.#tomorrow) {
        this.#last.delete(order);
        continue;
      }
      this.#last.set(order, Math.max(last, time));
      times.set(order, time);
    }
    for (const [one, time] of times)
      for (const [other, otherTime] of times) {
        const key = `${one} ${other}`;
        if (time !== otherTime && !this.#examples.has(key)) this.#examples.set(key, header);
      }
  }

  /** What is left: one, none, or several that read some date differently, with such a date in each reading. */
  get left(): { orders: DateOrder[]; readings: string[] } {
    const all = [...this.#last.keys()];
    const orders = this.#mayBeginWithYear || all.length === 1 ? all : all.filter((order) => order !== "ymd");
    const [first] = orders;
    const example = orders.map((order) => this.#examples.get(`${first ?? ""} ${order}`)).find(Boolean);
    if (!example) return { orders: orders.slice(0, 1), readings: [] };
    return {
      orders,
      readings: orders.map((order) => `${order}: ${example.dateText} is ${shown(dayOf(example.date, order))}`),
    };
  }
}

function shown(day: Pick<WallTime, "year" | "month" | "day"> | undefined): string {
  const two = (part: number): string => String(part).padStart(2, "0");
  return day ? `${day.year}-${two(day.month)}-${two(day.day)}` : "no date";
}
