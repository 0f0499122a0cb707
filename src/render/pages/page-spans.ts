import { isOfCalendar } from "../words/when.ts";

/** How many messages and changes stand on a page. */
export const PAGE_ITEMS = 500;

/** The earliest and the latest time on a page, in milliseconds since the epoch; null where none is one that a calendar knows. */
export interface PageSpan {
  from: number | null;
  to: number | null;
}

/** Takes note of an item's time; call it for each, in their order, which need not be that of the times. */
export function addToSpans(spans: PageSpan[], item: number, ts: number): void {
  const number = Math.floor(item / PAGE_ITEMS);
  const page = (spans[number] ??= { from: null, to: null });
  if (!isOfCalendar(ts)) return;
  page.from = Math.min(page.from ?? ts, ts);
  page.to = Math.max(page.to ?? ts, ts);
}
