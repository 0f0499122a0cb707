import { setImmediate as nextTurn } from "node:timers/promises";
import { eventLine } from "../../bundle/manifest/manifest-lines.ts";
import type { ImportedSender } from "../../bundle/manifest/manifest.ts";
import type { ReferencedMedia } from "../../bundle/referenced-media.ts";
import type { ClientEvent } from "../../matrix/event.ts";
import { stringMember, type JsonValue } from "../../matrix/json.ts";
import { visibilityMark, visibleStretches, type VisibilityMark } from "../../policy/visibility.ts";
import type { ExportOptions } from "../options.ts";
import type { Authors } from "./authors.ts";
import { bundleEvent, parseEvent } from "./bundle-event.ts";
import type { EarlierBundle } from "./earlier-bundle.ts";
import type { EventSpool, SpooledLines } from "./event-spool.ts";
import type { MediaCollector } from "./media/media-collector.ts";
import type { MemberProfiles } from "./member-profiles.ts";
import { mediaIn } from "./media/referenced-media.ts";
import { currentVisibility, Sections, type Section } from "./sections.ts";
import type { Slice } from "./slice.ts";
import { Tally } from "./tally.ts";

/** So many events are worked on before others get their turn: the next page, downloads, other requests. */
const EVENTS_A_TURN = 50;

export interface TimelineCollectorParts {
  state: readonly ClientEvent[];
  /** who reads */
  readerId: string;
  /** nothing is hidden from them, whatever the room's rules */
  seesAll: boolean;
  visibleTo: string | undefined;
  options: ExportOptions;
  slice: Slice;
  /** id of the newest event that is asked for: what is newer counts only for who may see what; absent: there is nothing newer */
  upTo?: string | undefined;
  /** what an increment goes on from */
  earlier: EarlierBundle | undefined;
  authors: Authors;
  profiles: MemberProfiles;
  spool: EventSpool;
  media: MediaCollector;
}

/** What was read of a timeline, reduced to what its user may see. */
export interface CollectedTimeline {
  /** oldest first */
  lines: SpooledLines[];
  tally: Tally;
  /** users from whom something in it is hidden */
  limitedBy: string[];
  /** somebody was invited to this room as to a conversation of two */
  direct: boolean;
  /** the event of the thread that is asked for is among what its user may see */
  hasThreadRoot: boolean;
}

/** Takes a timeline page by page, newest first: lines to the spool, files to the collector, the rest into tallies. */
export class TimelineCollector {
  readonly #parts: TimelineCollectorParts;
  readonly #sections: Sections;
  readonly #readersMarks: VisibilityMark[] = [];
  #fromCreation = false;
  /** where the event of the thread stands that is asked for */
  #threadRoot: Section | undefined;
  #direct = false;
  #hasBegun: boolean;

  constructor(parts: TimelineCollectorParts) {
    this.#parts = parts;
    this.#hasBegun = parts.upTo === undefined;
    this.#sections = new Sections(parts.state, parts.visibleTo);
  }

  /** Has the newest event been met that is asked for? */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Takes a page's events. Gives their number. */
  async take(page: Iterable<JsonValue>): Promise<number> {
    let taken = 0;
    for (const value of page) {
      if (taken++ % EVENTS_A_TURN === 0) await nextTurn();
      const served = parseEvent(value);
      if (!served) {
        this.#malformed(stringMember(value, "event_id"));
        continue;
      }
      const event = this.#parts.authors.dated(served);
      const mark = this.#sections.mark(event);
      if (!mark) {
        this.#add(event);
        continue;
      }
      await this.#toSpool();
      this.#sections.beginMark(mark);
      this.#add(event);
      await this.#toSpool();
      this.#sections.afterMark();
    }
    await this.#toSpool();
    return taken;
  }

  /** To be called once the timeline has been read to its beginning. */
  collected(): CollectedTimeline {
    const { state, readerId, seesAll, visibleTo } = this.#parts;
    const { sections, complete } = this.#sections.visible(this.#fromCreation);
    const tally = new Tally();
    for (const section of sections) tally.addOlder(section.tally);
    const view = { fromCreation: this.#fromCreation, current: currentVisibility(state, readerId) };
    const readerSeesAll =
      this.#fromCreation && (seesAll || visibleStretches(this.#readersMarks.toReversed(), view).every(Boolean));
    const limitedBy = [...(readerSeesAll ? [] : [readerId]), ...(complete ? [] : [visibleTo ?? readerId])];
    const hasThreadRoot = this.#threadRoot !== undefined && sections.includes(this.#threadRoot);
    const lines = sections.flatMap((section) => section.lines).reverse();
    return { lines, tally, limitedBy, direct: this.#direct, hasThreadRoot };
  }

  #add(event: ClientEvent): void {
    const { authors, profiles, options, slice, earlier, readerId } = this.#parts;
    profiles.meet(event);
    const mark = visibilityMark(event, readerId);
    if (mark) this.#readersMarks.push(mark);
    if (event.type === "m.room.create" && event.state_key === "") this.#fromCreation = true;
    if (event.type === "m.room.member" && event.content["is_direct"] === true) this.#direct = true;
    if (event.event_id === options.thread && !slice.ignores(event)) this.#threadRoot = this.#sections.open;
    const standing = earlier?.standingOf(event) ?? "new";
    this.#hasBegun ||= event.event_id === this.#parts.upTo;
    const author = authors.of(event);
    if (!slice.holds(event, author) || !this.#hasBegun) return;

    const kept = representation(event, author, authors);
    if (!kept) {
      this.#malformed(event.event_id);
      return;
    }
    const section = this.#sections.open;
    if (standing !== "new") section.tally.hold(event, author, kept.media);
    if (standing === "held") return;
    if (standing === "changed") section.tally.held.changed++;
    this.#parts.spool.add(kept.line);
    section.tally.add(event, author);
    if (authors.hasLostOrigin(event)) section.tally.lostOrigins.push(event.event_id);
    if (authors.hasBrokenOrigin(event)) section.tally.brokenOrigins.push(event.event_id);
    const own = authors.serviceAvatar(event);
    if (own !== undefined) section.tally.serviceAvatars.add(own);
    for (const file of kept.media) {
      section.tally.refer(file, event.event_id);
      if (options.media && section.presumablyVisible) this.#parts.media.want(file.uri);
    }
  }

  #malformed(eventId: string | undefined): void {
    if (!this.#hasBegun) return;
    if (this.#parts.earlier?.reached) return; // the bundle before this one says so
    const message = "An event could not be carried: it does not have the shape of one.";
    const entry = { code: "event_malformed", message, ...(eventId !== undefined && { event_id: eventId }) };
    this.#sections.open.tally.malformed.push(entry);
  }

  async #toSpool(): Promise<void> {
    const lines = await this.#parts.spool.flush();
    if (lines) this.#sections.open.lines.push(lines);
  }
}

/** What a bundle holds of an event; undefined where its content is nested too deep to be written down. */
function representation(
  event: ClientEvent,
  author: ImportedSender | undefined,
  authors: Authors,
): { line: string; media: ReferencedMedia[] } | undefined {
  const bundled = bundleEvent(event, author);
  try {
    return { line: eventLine(bundled), media: mediaIn(bundled, event, authors) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
