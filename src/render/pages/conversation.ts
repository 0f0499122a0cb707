import { mayRedact } from "../../matrix/power-levels.ts";
import { nameOf } from "../../bundle/profiles.ts";
import type { Catalogue } from "./story/catalogue.ts";
import { PAGE_ITEMS } from "./story/catalogue.ts";
import { ChangeWords } from "./story/change-words.ts";
import { plainTextOf } from "./message/excerpt.ts";
import { safe, type Html } from "./message/html.ts";
import type { MediaFiles } from "./media-files.ts";
import { messageHtml, type MessageContext } from "./message/message.ts";
import { nameHtml } from "./message/people.ts";
import type { RenderSource } from "./source.ts";
import { timeline, type Told } from "./story/timeline.ts";
import { clockOf, dayOf, dayText, instantOf, momentText } from "./message/when.ts";

/** What was said by the same person within this time, in milliseconds, stands under one name. */
const TOGETHER_MS = 5 * 60_000;

/** What the search finds a message by: its number, when, who, and its text. */
export type SearchRow = readonly [item: number, when: string, name: string, text: string];

export interface PageContent {
  /** from 0 */
  number: number;
  markup: Html;
  rows: SearchRow[];
}

export interface ConversationParts {
  source: RenderSource;
  files: ReadonlyMap<string, string>;
  catalogue: Catalogue;
  media: MediaFiles;
  /** where a message stands, seen from a page */
  hrefOf: (item: number, fromPage: number) => string;
}

/** The pages of the conversation, one after the other. @throws BundleError */
export async function* conversation(parts: ConversationParts): AsyncGenerator<PageContent, void, undefined> {
  const { source, files, catalogue, media } = parts;
  const levels = source.head.state.find(({ type, state_key }) => type === "m.room.power_levels" && state_key === "");
  const words = new ChangeWords();
  let page = new Page(0);
  const context: MessageContext = {
    catalogue,
    media,
    fileOf: (uri) => files.get(uri),
    hrefOf: (item) => parts.hrefOf(item, page.number),
    mayClose: (userId) => mayRedact(levels?.content, userId),
  };
  let position = 0;
  let item = 0;
  for await (const told of timeline(source, files)) {
    const role = catalogue.roleAt(position++);
    if (role !== "message" && role !== "change" && role !== "moved") continue;
    if (item > 0 && item % PAGE_ITEMS === 0) {
      yield page.finished();
      page = new Page(page.number + 1);
    }
    // what has moved has left its number behind
    if (role === "change") page.change(told, item, words.of(told.original));
    else if (role === "message") {
      const { markup, content } = await messageHtml(told, item, page.continues(told), context);
      page.message(told, markup);
      const text = told.original.redaction ? "" : plainTextOf(told.original.type, content);
      page.rows.push([item, momentText(told.original.ts), nameOf(told.author), text]);
    }
    item++;
  }
  yield page.finished();
}

/** A page in the making. */
class Page {
  readonly number: number;
  readonly rows: SearchRow[] = [];
  readonly #parts: Html[] = [];
  readonly #days = new Set<string>();
  #day: string | undefined;
  #changes: Html[] = [];
  #last: { userId: string; name: string; ts: number } | undefined;

  constructor(number: number) {
    this.number = number;
  }

  /** Does this message go on under the name of the one before it? */
  continues({ original, author }: Told): boolean {
    const last = this.#last;
    if (!last || this.#changes.length > 0 || dayOf(original.ts) !== this.#day) return false;
    return (
      last.userId === author.user_id && last.name === nameOf(author) && Math.abs(original.ts - last.ts) < TOGETHER_MS
    );
  }

  message({ original, author }: Told, markup: Html): void {
    this.#flushChanges();
    this.#newDay(original.ts);
    this.#parts.push(markup);
    this.#last = { userId: author.user_id, name: nameOf(author), ts: original.ts };
  }

  change({ original, author }: Told, item: number, words: Html): void {
    if (dayOf(original.ts) !== this.#day) this.#flushChanges();
    this.#newDay(original.ts);
    const { ts } = original;
    this.#changes.push(
      safe`<li id="m${item}" tabindex="-1">${nameHtml(author)} ${words} <small><time datetime="${instantOf(ts)}">${clockOf(ts)}</time></small></li>`,
    );
    this.#last = undefined;
  }

  finished(): PageContent {
    this.#flushChanges();
    if (this.#day !== undefined) this.#parts.push(safe`</section>`);
    return { number: this.number, markup: safe`${this.#parts}`, rows: this.rows };
  }

  #flushChanges(): void {
    const { length } = this.#changes;
    if (length === 0) return;
    const summary = length === 1 ? "1 change to the room" : `${length} changes to the room`;
    this.#parts.push(safe`<details class="changes"><summary>${summary}</summary><ul>${this.#changes}</ul></details>`);
    this.#changes = [];
  }

  #newDay(ts: number): void {
    const day = dayOf(ts);
    if (day === this.#day) return;
    if (this.#day !== undefined) this.#parts.push(safe`</section>`);
    // times may go back and forth: the first stretch of a day is where one gets to by its date
    const id = this.#days.has(day) ? undefined : safe` id="d${day}"`;
    this.#days.add(day);
    this.#day = day;
    this.#last = undefined;
    this.#parts.push(
      safe`<section class="day"><h2${id} tabindex="-1" data-day="${day}"><time datetime="${day}">${dayText(ts)}</time></h2>`,
    );
  }
}
