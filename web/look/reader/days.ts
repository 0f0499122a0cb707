/** As `2023-11-14`, in the reader's time zone; `0000-00-00` where no calendar knows the time. @param ts milliseconds since the epoch */
export function localDay(ts: number): string {
  const date = new Date(ts);
  const [year, month, day] = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  if (!(year >= 0 && year <= 9999)) return "0000-00-00";
  return [String(year).padStart(4, "0"), String(month).padStart(2, "0"), String(day).padStart(2, "0")].join("-");
}

/** On which item each day of a conversation begins, and on which days something was sent. */
export class Days {
  readonly #firstItems = new Map<string, number>();
  #last: string | undefined;

  /** Call it for each item, in order. */
  add(item: number, ts: number): void {
    const day = localDay(ts);
    if (day === this.#last || day === "0000-00-00") return;
    this.#last = day;
    if (!this.#firstItems.has(day)) this.#firstItems.set(day, item);
  }

  get span(): { first: string; last: string } | null {
    // the homeserver's order is not that of the times
    const days = [...this.#firstItems.keys()].sort();
    const [first, last] = [days[0], days.at(-1)];
    return first === undefined || last === undefined ? null : { first, last };
  }

  /** The first item of a day; where nothing was sent on it, of the next one with messages, else of the last one. */
  itemOf(day: string): number | undefined {
    const days = [...this.#firstItems.keys()].sort();
    return this.#firstItems.get(days.find((each) => each >= day) ?? days.at(-1) ?? "");
  }
}
