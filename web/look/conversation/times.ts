import { locale, t } from "../../texts/texts.ts";
import { localDay } from "../reader/days.ts";

/** The rendered conversation has its times in UTC; here they become those of the reader's time zone and language. */
export function showLocalTimes(part: ParentNode): void {
  const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  for (const time of part.querySelectorAll("time")) {
    const date = dateOf(time);
    if (!date) continue;
    const utc = `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
    time.lang = t.language;
    time.title = utc;
    time.closest("a.at")?.setAttribute("title", utc);
    const isClock = /^\d\d:\d\d$/.test(time.textContent);
    time.textContent = (isClock ? clock : moment).format(date);
  }
  const { timeZone } = clock.resolvedOptions();
  for (const note of part.querySelectorAll<HTMLElement>(".zone")) {
    note.lang = t.language;
    note.textContent = t.look.zone(timeZone);
  }
}

/** Puts a heading before the first item of each day. @param before when the item before them was sent; null: they are the first */
export function addDays(items: ParentNode, before: number | null): void {
  let day = before === null ? undefined : localDay(before);
  let by: Element | undefined;
  for (const item of [...items.children]) {
    if (item.matches("article.first")) by = item.querySelector(".by") ?? undefined;
    const date = dateOf(item.querySelector(".at time, li time"));
    const here = date ? localDay(date.getTime()) : "0000-00-00";
    if (here === day) continue;
    day = here;
    item.before(headingOf(here, date));
    if (by && item.matches("article.m:not(.first)")) nameAgain(item, by);
  }
}

function headingOf(day: string, date: Date | undefined): HTMLElement {
  const section = document.createElement("div");
  section.className = "day";
  section.lang = t.language;
  const heading = document.createElement("h2");
  const time = document.createElement("time");
  time.dateTime = day;
  time.textContent = date
    ? date.toLocaleDateString(locale, { weekday: "long", day: "numeric", month: "long", year: "numeric" })
    : t.look.noDay;
  heading.append(time);
  section.append(heading);
  return section;
}

/** A new day begins with a message that stood under the name of the one before it. */
function nameAgain(item: Element, by: Element): void {
  item.classList.add("first");
  item.querySelector(":scope > .sr")?.remove();
  item.prepend(by.cloneNode(true));
}

function dateOf(element: Element | null): Date | undefined {
  const date = new Date(element?.getAttribute("datetime") ?? "");
  return Number.isNaN(date.getTime()) || !element?.getAttribute("datetime")?.includes("T") ? undefined : date;
}
