import { main } from "./book.js";

// ---- times: the document has them in UTC; here they become those of the reader's time zone

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
export const isUtc = /^(?:Etc\/)?(?:UTC|GMT|UCT|Zulu)$/.test(zone);

/** @param {Intl.DateTimeFormatOptions} options */
const inZone = (options) => new Intl.DateTimeFormat("en-GB", options);
const clockFormat = inZone({ hour: "2-digit", minute: "2-digit", hour12: false });
export const dayFormat = inZone({ day: "numeric", month: "short", year: "numeric" });
const headingFormat = inZone({ weekday: "long", day: "numeric", month: "long", year: "numeric" });

/** As `2023-11-14`, in the reader's time zone. @param {Date} date */
export function localDay(date) {
  const [year, month, day] = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return [String(year).padStart(4, "0"), String(month).padStart(2, "0"), String(day).padStart(2, "0")].join("-");
}

/** @param {Date} date */
export const localMoment = (date) => `${dayFormat.format(date)}, ${clockFormat.format(date)}`;

/** @param {Element | null | undefined} element */
function dateOf(element) {
  const date = new Date(element?.getAttribute("datetime") ?? "");
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Sets all times of a part, with UTC for who points at them. @param {ParentNode} part */
function showLocalTimes(part) {
  for (const time of part.querySelectorAll("time[datetime*='T']")) {
    const date = dateOf(time);
    if (!date || time.hasAttribute("title")) continue;
    const utc = `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
    time.setAttribute("title", utc);
    time.closest("a.at")?.setAttribute("title", utc);
    const [isClock, isDay] = [/^\d\d:\d\d$/.test(time.textContent), !time.textContent.includes(":")];
    time.textContent = isClock ? clockFormat.format(date) : isDay ? dayFormat.format(date) : localMoment(date);
  }
}

/** Puts the messages of the page below the days of the reader's time zone. */
function showLocalDays() {
  /** @type {HTMLElement[]} */
  const sections = [];
  /** @type {Set<string>} */
  const days = new Set();
  /** @type {Element | undefined} */
  let by;
  for (const old of main.querySelectorAll(":scope > section.day"))
    for (const item of [...old.children].slice(1)) {
      const date = dateOf(item.querySelector(".at time, li time"));
      const day = date ? localDay(date) : "0000-00-00";
      let section = sections.at(-1);
      if (item.matches("article.first")) by = item.querySelector(".by") ?? undefined;
      if (section?.dataset["day"] !== day) {
        section = sectionOf(day, date, old);
        if (days.has(day)) section.firstElementChild?.removeAttribute("id");
        days.add(day);
        sections.push(section);
        if (by && item.matches("article.m:not(.first)")) nameAgain(item, by);
      }
      section.append(item);
    }
  main.replaceChildren(...sections);
}

/** @param {string} day @param {Date | undefined} date @param {Element} old */
function sectionOf(day, date, old) {
  const section = /** @type {HTMLElement} */ (old.cloneNode());
  section.dataset["day"] = day;
  const heading = document.createElement("h2");
  heading.id = `d${day}`;
  heading.tabIndex = -1;
  heading.dataset["day"] = day;
  const time = document.createElement("time");
  time.dateTime = day;
  time.textContent = date ? headingFormat.format(date) : (old.querySelector("h2")?.textContent ?? "");
  heading.append(time);
  section.append(heading);
  return section;
}

/** A new day begins with a message that stood under the name of the one before it. @param {Element} item @param {Element} by */
function nameAgain(item, by) {
  item.classList.add("first");
  item.querySelector(":scope > .sr")?.remove();
  item.prepend(by.cloneNode(true));
}

/** Sets the times of the page and the days that they stand on. */
export function localize() {
  if (isUtc) return;
  showLocalDays();
  showLocalTimes(document);
  for (const note of document.querySelectorAll(".zone"))
    note.textContent = `Times are in your time zone (${zone}); hover over a time to see it in UTC.`;
}
