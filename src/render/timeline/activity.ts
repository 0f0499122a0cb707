import type { OriginalEvent } from "../../bundle/original.ts";
import { dayOf, isOfCalendar } from "../words/when.ts";
import type { Author } from "./author.ts";
import type { TimelineEntry } from "./timeline.ts";

/** So many people have a column of their own. */
const PEOPLE_SHOWN = 8;
/** Months without messages are filled in where there are no more than this in all. */
const MONTHS_FILLED = 240;
const PAIR = 2 ** 24;

/** Messages by month and person. */
export interface Activity {
  /** those who wrote most, most first */
  people: Author[];
  /** how many more people there are */
  others: number;
  /** `month`: as `2026-11`, UTC; `counts`: of each of the people, then of all others */
  months: { month: string; counts: number[]; total: number }[];
}

/** Of the messages, those that are counted: removed ones are not, nor those at no time of the calendar. */
export function isCounted({ redaction, ts }: OriginalEvent): boolean {
  return !redaction && isOfCalendar(ts);
}

/** Counts messages as they pass. */
export class ActivityCount {
  readonly #months = new Map<string, number>();
  readonly #users = new Map<string, number>();
  readonly #people: { person: Author; total: number }[] = [];
  readonly #counts = new Map<number, number>();

  /** Call it with each message. */
  add({ original, author }: TimelineEntry): void {
    if (!isCounted(original)) return;
    const month = dayOf(original.ts).slice(0, 7);
    const inMonth = numbered(this.#months, month);
    const user = numbered(this.#users, author.user_id);
    const known = this.#people[user];
    if (known) known.total++;
    else this.#people.push({ person: author, total: 1 });
    const pair = inMonth * PAIR + user;
    this.#counts.set(pair, (this.#counts.get(pair) ?? 0) + 1);
  }

  result(): Activity {
    const order = this.#people.map((_, user) => user);
    order.sort((a, b) => (this.#people[b]?.total ?? 0) - (this.#people[a]?.total ?? 0));
    const columns = new Map(order.slice(0, PEOPLE_SHOWN).map((user, column) => [user, column]));
    const others = order.length - columns.size;
    const width = columns.size + (others > 0 ? 1 : 0);
    const rows = [...this.#months.keys()].map(() => new Array<number>(width).fill(0));
    for (const [pair, count] of this.#counts) {
      const row = rows[Math.floor(pair / PAIR)] ?? [];
      const column = columns.get(pair % PAIR) ?? columns.size;
      row[column] = (row[column] ?? 0) + count;
    }
    const byMonth = new Map([...this.#months.keys()].map((month, number) => [month, rows[number] ?? []]));
    const months = allMonths([...byMonth.keys()].sort()).map((month) => {
      const counts = byMonth.get(month) ?? new Array<number>(width).fill(0);
      return { month, counts, total: counts.reduce((sum, count) => sum + count, 0) };
    });
    return { people: [...columns.keys()].flatMap((user) => this.#people[user]?.person ?? []), others, months };
  }
}

function numbered(numbers: Map<string, number>, key: string): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, numbers.size);
  return numbers.size - 1;
}

/** With the months between the first and the last one, where these are not too many. `sorted`: months with messages. */
function allMonths(sorted: string[]): string[] {
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return [];
  const [from, to] = [monthNumber(first), monthNumber(last)];
  if (to - from >= MONTHS_FILLED) return sorted;
  return Array.from({ length: to - from + 1 }, (_, index) => monthText(from + index));
}

function monthNumber(month: string): number {
  return Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;
}

function monthText(number: number): string {
  const [year, month] = [Math.floor(number / 12), (number % 12) + 1];
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}`;
}
