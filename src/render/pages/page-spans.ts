import { dayOf } from "../words/when.ts";

/** How many messages and changes stand on a page. */
export const PAGE_ITEMS = 500;

/** The first and the last day of a page, as `2026-11-22`. */
export interface PageSpan {
  from: string;
  to: string;
}

/** Takes note of an item's day; call it for each, in order. */
export function addToSpans(spans: PageSpan[], item: number, ts: number): void {
  const day = dayOf(ts);
  const page = spans[Math.floor(item / PAGE_ITEMS)];
  if (page) page.to = day;
  else spans.push({ from: day, to: day });
}
