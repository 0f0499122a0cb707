import { clockOf, instantOf, momentText, shortDay } from "../../words/when.ts";
import { safe, type Html } from "./html.ts";

/** A time of day, in UTC; the script of the page shows it in the reader's time zone. */
export function clockHtml(ts: number): Html {
  return safe`<time datetime="${instantOf(ts)}">${clockOf(ts)}</time>`;
}

/** A day. */
export function dayHtml(ts: number): Html {
  return safe`<time datetime="${instantOf(ts)}">${shortDay(ts)}</time>`;
}

/** A day and a time of day. */
export function momentHtml(ts: number): Html {
  return safe`<time datetime="${instantOf(ts)}">${momentText(ts)}</time>`;
}
