import { nameOf } from "../../bundle/profiles.ts";
import type { Author } from "../timeline/author.ts";
import type { Conversation } from "../timeline/conversation.ts";
import type { ChangeItem, MessageItem, Reference } from "../timeline/item.ts";
import type { People } from "../timeline/people.ts";
import { ChangeWords } from "../words/change-words.ts";
import { searchedText } from "../words/message-text.ts";
import { dayOf, dayText } from "../words/when.ts";
import type { MediaFiles } from "./media-files.ts";
import { Html, safe } from "./message/html.ts";
import { messageHtml, prepareMessage, type MessageContext, type MessagePlace } from "./message/message.ts";
import { nameHtml } from "./message/people.ts";
import { clockHtml } from "./message/time.ts";
import { wordsHtml } from "./message/words.ts";
import { PAGE_ITEMS } from "./page-spans.ts";

/** What was said by the same person within this time, in milliseconds, stands under one name. */
const TOGETHER_MS = 5 * 60_000;

/** So many messages are joined to one text. */
const JOINED = 20;

/** What the search finds a message by: its number, when (milliseconds since the epoch), who, and its text. */
export type SearchRow = readonly [item: number, ts: number, name: string, text: string];

export interface PageContent {
  /** from 0 */
  number: number;
  /** one after the other */
  markup: readonly Html[];
  rows: SearchRow[];
}

/** What the pages are for: to be read each for itself, below headings of days; or to stand below each other, so many items each. */
export type PageForm = { kind: "pages" } | { kind: "parts"; size: number };

/**
 * The pages of a conversation, one after the other. `hrefOf`: where a message stands, seen from a page.
 * @throws BundleError
 */
export async function* pageMarkup(
  conversation: Conversation,
  media: MediaFiles,
  hrefOf: (item: number, fromPage: number) => string,
  form: PageForm = { kind: "pages" },
): AsyncGenerator<PageContent, void, undefined> {
  const { people } = conversation;
  const size = form.kind === "pages" ? PAGE_ITEMS : form.size;
  const changes = new ChangeWords(people);
  let page = new Page(0, people, form);
  const context: MessageContext = { conversation, media, hrefOf: (item) => hrefOf(item, page.number) };
  for await (const items of conversation.items())
    for (const item of items) {
      for (const number = Math.floor(item.number / size); page.number < number;) {
        yield page.finished();
        page = page.next();
      }
      if (item.kind === "change") {
        const { original, files } = item.entry;
        const words = changes.of(original, files);
        await media.look(
          words.flatMap((part) => (typeof part === "object" && part.kind === "picture" && part.sha256) || []),
        );
        page.change(item, wordsHtml(words, media));
      } else {
        const waiting = prepareMessage(item, context);
        const briefs = waiting && (await waiting);
        page.message(item, messageHtml(item, page.placeOf(item), briefs, context));
        const { original, author } = item.entry;
        const text = original.redaction ? "" : searchedText(original.type, item.versions.current.content);
        page.rows.push([item.number, original.ts, nameOf(author), text]);
      }
    }
  yield page.finished();
}

function isSame(a: Author, b: Author): boolean {
  return a.user_id === b.user_id && nameOf(a) === nameOf(b) && a.hasOwnProfile === b.hasOwnProfile;
}

/** A page in the making. */
class Page {
  readonly number: number;
  readonly rows: SearchRow[] = [];
  readonly #people: People;
  readonly #form: PageForm;
  readonly #parts: Html[] = [];
  /** markup that is to be joined to one of the parts */
  #latest: string[] = [];
  readonly #days = new Set<string>();
  #day: string | undefined;
  #changes: Html[] = [];
  #last: { author: Author; ts: number; thread: Reference | undefined } | undefined;

  constructor(number: number, people: People, form: PageForm) {
    this.number = number;
    this.#people = people;
    this.#form = form;
  }

  /** The page after this one. What stands right below this one goes on where it ends. */
  next(): Page {
    const page = new Page(this.number + 1, this.#people, this.#form);
    if (this.#form.kind === "pages") return page;
    page.#day = this.#day;
    page.#last = this.#last;
    return page;
  }

  /** What the message before this one has said already. */
  placeOf({ entry: { original, author }, thread }: MessageItem): MessagePlace {
    const last = this.#last;
    if (!last || this.#changes.length > 0 || dayOf(original.ts) !== this.#day)
      return { continues: false, continuesThread: false };
    return {
      continues: isSame(last.author, author) && Math.abs(original.ts - last.ts) < TOGETHER_MS,
      continuesThread: thread !== undefined && thread !== "outside" && thread === last.thread,
    };
  }

  message({ entry: { original, author }, thread }: MessageItem, markup: Html): void {
    this.#flushChanges();
    this.#newDay(original.ts);
    this.#add(markup);
    this.#last = { author, ts: original.ts, thread };
  }

  change({ entry: { original, author }, number }: ChangeItem, words: Html): void {
    if (dayOf(original.ts) !== this.#day) this.#flushChanges();
    this.#newDay(original.ts);
    const { ts } = original;
    this.#changes.push(
      safe`<li id="m${number}" tabindex="-1">${nameHtml(this.#people.nameOf(author))} ${words} <small>${clockHtml(ts)}</small></li>`,
    );
    this.#last = undefined;
  }

  finished(): PageContent {
    this.#flushChanges();
    if (this.#day !== undefined && this.#form.kind === "pages") this.#add(safe`</section>`);
    this.#join();
    return { number: this.number, markup: this.#parts, rows: this.rows };
  }

  #add(markup: Html): void {
    if (this.#latest.push(markup.text) >= JOINED) this.#join();
  }

  /** Lets go of the many small texts that each message was put together of. */
  #join(): void {
    this.#parts.push(Html.trusted(this.#latest.join("")));
    this.#latest = [];
  }

  #flushChanges(): void {
    const { length } = this.#changes;
    if (length === 0) return;
    const summary = length === 1 ? "1 change to the room" : `${length} changes to the room`;
    this.#add(safe`<details class="changes"><summary>${summary}</summary><ul>${this.#changes}</ul></details>`);
    this.#changes = [];
  }

  #newDay(ts: number): void {
    const day = dayOf(ts);
    if (day === this.#day) return;
    if (this.#form.kind === "parts") {
      this.#day = day;
      this.#last = undefined;
      return;
    }
    if (this.#day !== undefined) this.#add(safe`</section>`);
    // times may go back and forth: the first stretch of a day is where one gets to by its date
    const id = this.#days.has(day) ? undefined : safe` id="d${day}"`;
    this.#days.add(day);
    this.#day = day;
    this.#last = undefined;
    this.#add(
      safe`<section class="day"><h2${id} tabindex="-1" data-day="${day}"><time datetime="${day}">${dayText(ts)}</time></h2>`,
    );
  }
}
