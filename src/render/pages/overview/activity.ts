import { authorHue } from "../../../matrix/author-hue.ts";
import type { Activity } from "../../timeline/activity.ts";
import type { People } from "../../timeline/people.ts";
import { monthText } from "../../words/when.ts";
import { safe, type Html } from "../message/html.ts";
import { nameHtml } from "../message/people.ts";

const HEIGHT = 120;
/** Of a month, with the gap after it. */
const [STEP, BAR] = [10, 8];

/** A chart of the messages by month and person, and its numbers as a table; nothing where there are no messages. */
export function activityHtml(activity: Activity, people: People): Html | undefined {
  const { months } = activity;
  const total = months.reduce((sum, month) => sum + month.total, 0);
  if (total === 0) return undefined;
  return safe`<details class="activity"><summary>Activity <small>${total === 1 ? "1 message" : `${total} messages`} in ${months.length === 1 ? "1 month" : `${months.length} months`}</small></summary>${chartHtml(activity)}${tableHtml(activity, people, total)}</details>`;
}

function chartHtml({ months, people }: Activity): Html {
  const most = Math.max(...months.map(({ total }) => total));
  const width = Math.max(months.length, 12) * STEP;
  const bars = months.map(({ month, counts, total }, at) => {
    let top = HEIGHT;
    const parts = counts.map((count, column) => {
      const height = (count / most) * (HEIGHT - 2);
      top -= height;
      const person = people[column];
      const colour = person ? `f${authorHue(person.user_id)}` : "others";
      return (
        count > 0 &&
        safe`<rect class="${colour}" x="${at * STEP}" y="${top.toFixed(2)}" width="${BAR}" height="${height.toFixed(2)}"/>`
      );
    });
    return safe`<g><title>${monthText(month)}: ${total}</title>${parts}</g>`;
  });
  const [first, last] = [months[0]?.month ?? "", months.at(-1)?.month ?? ""];
  const label = `Messages by month, from ${monthText(first)} to ${monthText(last)}; at most ${most} in a month. The table below has the numbers.`;
  return safe`<svg class="chart" viewBox="0 0 ${width} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label}">${bars}</svg><p class="scale"><span>${monthText(first)}</span><span>at most ${most} a month</span><span>${monthText(last)}</span></p>`;
}

function tableHtml({ months, people: persons, others }: Activity, people: People, total: number): Html {
  const heads = persons.map(
    (person) =>
      safe`<th scope="col"><span class="swatch b${authorHue(person.user_id)}"></span>${nameHtml(people.nameOf(person))}</th>`,
  );
  const rest =
    others > 0 &&
    safe`<th scope="col"><span class="swatch others"></span>${others} ${others === 1 ? "other" : "others"}</th>`;
  const rows = months.map(
    ({ month, counts, total: sum }) =>
      safe`<tr><th scope="row">${monthText(month)}</th>${counts.map((count) => safe`<td>${count}</td>`)}<td>${sum}</td></tr>`,
  );
  const columns = persons.length + (others > 0 ? 1 : 0);
  const sums = Array.from({ length: columns }, (_, at) =>
    months.reduce((sum, { counts }) => sum + (counts[at] ?? 0), 0),
  );
  return safe`<div class="numbers" tabindex="0" role="region" aria-label="Messages by month and person"><table><thead><tr><th scope="col">Month (UTC)</th>${heads}${rest}<th scope="col">All</th></tr></thead><tbody>${rows}</tbody><tfoot><tr><th scope="row">All</th>${sums.map((sum) => safe`<td>${sum}</td>`)}<td>${total}</td></tr></tfoot></table></div>`;
}
