import { MediaFiles } from "../../../src/render/pages/media-files.ts";
import { Html, safe } from "../../../src/render/pages/message/html.ts";
import { overviewHtml } from "../../../src/render/pages/overview/overview.ts";
import { pageMarkup, type SearchRow } from "../../../src/render/pages/page-markup.ts";
import { ActivityCount } from "../../../src/render/timeline/activity.ts";
import { Conversation } from "../../../src/render/timeline/conversation.ts";
import { isEncrypted } from "../../../src/bundle/coverage.ts";
import type { BundleEvent } from "../../../src/bundle/manifest/manifest.ts";
import { BlobNotes } from "./blob-notes.ts";
import { Days } from "./days.ts";
import { nextTurn } from "./next-turn.ts";
import type { BlobBundle } from "./open-room.ts";
import { Search } from "./search.ts";
import { PART_ITEMS, type Hit, type Hits, type Part, type RoomLook } from "./shapes.ts";
import { TextStore } from "./text-store.ts";
import { treeOf } from "./tree.ts";

/** Told of the part that is read, 0 to 1. */
export type Progress = (part: number) => void;

/** So many milliseconds at a time, then who waits for a part gets it. */
const SLICE_MS = 30;
const MOST_HITS = 300;
const hrefOf = (item: number): string => `#m${item}`;

/** Whoever turned to another room does not wait for this one any more. */
class Closed extends Error {}

/**
 * A room that is read, as `bundle render` reads it: once to know what belongs together, which `of` waits for; and once more for the
 * markup of each part, which goes on in the background.
 */
export class RoomReading {
  readonly look: RoomLook;
  readonly #bundle: BlobBundle;
  readonly #media: MediaFiles;
  readonly #days: Days;
  readonly #partEnds: readonly number[];
  readonly #parts = new TextStore();
  readonly #rows = new TextStore();
  readonly #whole: Promise<void>;
  #changed = Promise.withResolvers<undefined>();
  #isClosed = false;

  private constructor(
    look: RoomLook,
    { bundle, media, days, partEnds }: Omit<Prepared, "activity">,
    conversation: Conversation,
    onProgress: Progress,
  ) {
    this.look = look;
    this.#bundle = bundle;
    this.#media = media;
    this.#days = days;
    this.#partEnds = partEnds;
    this.#whole = this.#readParts(conversation, onProgress);
    // who asks for a part is told
    this.#whole.catch(() => undefined);
  }

  /** @throws BundleError */
  static async of(bundle: BlobBundle, onProgress: Progress): Promise<RoomReading> {
    const { head } = bundle;
    let sealed = 0;
    const pass = (batch: BundleEvent[]): void => void (sealed += batch.filter(isEncrypted).length);
    const passing = {
      ...bundle,
      eventBatches: () => told(bundle.eventBatches(), head.counts.events, onProgress, pass),
    };
    const prepared = { bundle, media: new MediaFiles(bundle, "inside"), days: new Days(), partEnds: [] as number[] };
    const activity = new ActivityCount();
    const { days, partEnds, media } = prepared;
    const conversation = await Conversation.read(passing, new BlobNotes(), {
      briefs: true,
      watch: (entry, { number, kind }) => {
        days.add(number, entry.original.ts);
        partEnds[Math.floor(number / PART_ITEMS)] = entry.original.ts;
        if (kind === "message") activity.add(entry);
      },
    });
    const { avatar, name, topic } = head.room;
    const picture = avatar === null ? undefined : conversation.files.get(avatar);
    if (picture !== undefined) await media.look([picture]);
    const look: RoomLook = {
      name,
      topic,
      picture: media.isImage(picture) ? picture : undefined,
      parts: partEnds.length,
      days: days.span,
      sealed: head.decryption ? 0 : sealed,
      overview: treeOf(await overviewHtml({ conversation, activity: activity.result() }, hrefOf)),
    };
    return new RoomReading(look, prepared, conversation, onProgress);
  }

  /** Waits until it is read. @throws BundleError */
  async part(number: number): Promise<Part> {
    while (this.#parts.length <= number && this.#parts.length < this.look.parts)
      await Promise.race([this.#changed.promise, this.#whole]);
    const markup = (await this.#parts.get(number)) ?? "";
    const before = this.#partEnds.slice(0, number).at(-1);
    // it was an Html when it was stored
    return { items: treeOf(Html.trusted(markup)), before: before ?? null };
  }

  /** Waits until the room is read whole. @throws BundleError */
  async search(query: string): Promise<Hits> {
    await this.#whole;
    const search = new Search(query);
    const hits: Hit[] = [];
    let total = 0;
    for (let at = 0; at < this.#rows.length && !search.isEmpty; at++)
      for (const row of JSON.parse((await this.#rows.get(at)) ?? "[]") as SearchRow[]) {
        if (!search.finds(row)) continue;
        if (total++ < MOST_HITS) hits.push(search.hit(row));
      }
    return { total, hits };
  }

  /** The first item of a day, or of the day with messages that comes next. */
  itemOfDay(day: string): number | undefined {
    return this.#days.itemOf(day);
  }

  /** A file that the conversation shows, with the type that its own bytes say; every other one is only to be saved. */
  file(sha256: string): Promise<Blob> {
    const type = this.#media.get(sha256)?.shown?.mimetype ?? "application/octet-stream";
    return this.#bundle.file(sha256, type);
  }

  close(): void {
    this.#isClosed = true;
  }

  async #readParts(conversation: Conversation, onProgress: Progress): Promise<void> {
    try {
      let from = performance.now();
      const form = { kind: "parts", size: PART_ITEMS } as const;
      for await (const { number, markup, rows } of pageMarkup(conversation, this.#media, hrefOf, form)) {
        if (this.#isClosed) throw new Closed("closed");
        this.#parts.add(safe`${markup}`.text);
        this.#rows.add(JSON.stringify(rows));
        this.#changed.resolve(undefined);
        this.#changed = Promise.withResolvers();
        if (performance.now() - from < SLICE_MS) continue;
        onProgress(0.5 + number / this.look.parts / 2);
        await nextTurn();
        from = performance.now();
      }
      onProgress(1);
    } finally {
      await conversation.close();
    }
  }
}

interface Prepared {
  bundle: BlobBundle;
  media: MediaFiles;
  days: Days;
  /** when the last item of each part was sent */
  partEnds: number[];
}

async function* told(
  batches: AsyncIterable<BundleEvent[]>,
  total: number,
  onProgress: Progress,
  pass: (batch: BundleEvent[]) => void,
): AsyncGenerator<BundleEvent[], void, undefined> {
  let [read, shown] = [0, 0];
  for await (const batch of batches) {
    pass(batch);
    yield batch;
    read += batch.length;
    const percent = Math.floor((read / Math.max(total, 1)) * 50);
    if (percent > shown && percent <= 50) onProgress(percent / 100);
    shown = percent;
  }
}
