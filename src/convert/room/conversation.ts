import { carriedMedia } from "../../bundle/manifest/carried-media.ts";
import { IdIndex } from "../../bundle/verify/id-index.ts";
import { eventLine } from "../../bundle/manifest/manifest-lines.ts";
import type { BundleEvent, CoverageLimit, RoomType } from "../../bundle/manifest/manifest.ts";
import { isState, type ClientEvent } from "../../matrix/event.ts";
import { serverOf } from "../../matrix/ids.ts";
import { stringMember } from "../../matrix/json.ts";
import { IMPORTED_SENDER } from "../../matrix/names.ts";
import { ConvertError } from "../convert-error.ts";
import type { ExportFile } from "../input/export-files.ts";
import type { Ids } from "./ids.ts";
import { Ledger, type LedgerCode } from "./ledger.ts";
import { MediaShelf } from "./media-shelf.ts";
import { People } from "./participants.ts";
import type { SortedSpool, TakeSpace } from "./sorted-spool.ts";

/** What an export says of the room itself. */
export interface RoomAbout {
  name?: string | undefined;
  topic?: string | undefined;
  /** milliseconds since the epoch */
  createdAt?: number | undefined;
  /** user id */
  creator?: string | undefined;
  type: Extract<RoomType, "group" | "direct">;
  /** user id of the importing service, where an import made this room */
  importedBy?: string | undefined;
  /** what the export says that it leaves out */
  limits: CoverageLimit[];
}

type MissingFile = Extract<LedgerCode, `media_${string}`>;

/** A file as an event can name it. */
export interface PlacedFile {
  /** `mxc://` URI */
  uri: string;
  size?: number;
  mimetype?: string;
}

/** Who is told of what is gathered. */
interface Told {
  takeSpace?: TakeSpace | undefined;
  /** so many events so far */
  onEvents?: ((events: number) => void) | undefined;
}

const TOLD_EVERY = 200;

/** A conversation from elsewhere on its way into a bundle: events go to disk, people and files are gathered. */
export class Conversation {
  readonly ids: Ids;
  readonly about: RoomAbout = { type: "group", limits: [] };
  readonly ledger = new Ledger();
  readonly people = new People();
  readonly byType = new Map<string, number>();
  /** the last state event of each type and key */
  readonly state = new Map<string, BundleEvent>();
  readonly shelf: MediaShelf;
  readonly spool: SortedSpool;
  /** milliseconds since the epoch, of the earliest and the latest event */
  readonly span = { first: Infinity, last: -Infinity };
  readonly #seen = new IdIndex();
  /** first messages of threads that were not there when somebody answered in them; as event ids */
  readonly #awaited = new Set<string>();
  /** addresses of files that the ledger names */
  readonly #missing = new Set<string>();
  readonly #signal: AbortSignal;
  readonly #onEvents: ((events: number) => void) | undefined;
  #events = 0;

  /** `folder`: for what is gathered */
  constructor(ids: Ids, folder: string, spool: SortedSpool, signal: AbortSignal, { takeSpace, onEvents }: Told = {}) {
    this.#signal = signal;
    this.#onEvents = onEvents;
    this.ids = ids;
    this.shelf = new MediaShelf(folder, takeSpace);
    this.spool = spool;
  }

  /** Is there an event of that id already? */
  has(eventId: string): boolean {
    return this.#seen.has(eventId);
  }

  /** Somebody writes in the thread that this event began, which may come later, or never. */
  awaitThread(root: string): void {
    if (!this.#seen.has(root)) this.#awaited.add(root);
  }

  /** All is read: the ledger says how many threads have no beginning. */
  settleThreads(): void {
    this.ledger.count("thread_start_elsewhere", [...this.#awaited].filter((root) => !this.#seen.has(root)).length);
  }

  /**
   * Takes an event. Gives false where it is left out, which the ledger then says: one that is there already, or is too large.
   * `order`: its place among the events, `tie` that among those of one place; the room's creation is the first in any case.
   * Waits only now and then, when what was taken goes to disk.
   * @throws ConvertError export_too_large; the signal's reason
   */
  add(event: BundleEvent, order = event.origin_server_ts, tie = 0): boolean | Promise<boolean> {
    this.#signal.throwIfAborted();
    const { event_id: id, type, sender, origin_server_ts: time } = event;
    // a date such as the 45th of a 13th month
    if (!Number.isSafeInteger(time)) {
      this.ledger.count("message_malformed");
      return false;
    }
    const whole = this.withAuthor(event);
    const line = lineOf(whole);
    if (line === undefined) {
      this.ledger.count("event_too_large");
      return false;
    }
    if (this.#seen.add(id, 0) !== undefined) {
      this.ledger.count("message_repeated");
      return false;
    }
    const author = event[IMPORTED_SENDER];
    if (author) this.people.meet(author.user_id, author.display_name, author.avatar);
    const person = this.people.get(author?.user_id ?? sender);
    if (!person.speaks) person.joined = isComingIn(event);
    person.speaks = true;
    if (isState(event)) this.#keepState(event);
    this.byType.set(type, (this.byType.get(type) ?? 0) + 1);
    if (line.includes("mxc://")) this.account(whole);
    if (++this.#events % TOLD_EVERY === 0) this.#onEvents?.(this.#events);
    this.span.first = Math.min(this.span.first, time);
    this.span.last = Math.max(this.span.last, time);
    const isCreation = type === "m.room.create" && event.state_key === "";
    const place = isCreation ? -Infinity : order;
    return this.spool.addNow(place, line, tie) || this.spool.add(place, line, tie).then(() => true);
  }

  /**
   * Takes a file of the export, so that events can name it by its address; where the export does not have it, the address leads
   * nowhere and the ledger says so.
   */
  async place(
    file: ExportFile | undefined,
    about: { key: string; name: string; eventId?: string; uri?: string },
  ): Promise<PlacedFile> {
    const missing = about.uri ?? this.ids.file(about.key);
    const where = { uri: missing, ...(about.eventId !== undefined && { event_id: about.eventId }) };
    if (!file) {
      this.miss("media_not_in_export", where);
      return { uri: missing };
    }
    try {
      const { sha256, size, mimetype } = await this.shelf.take(file, about.key, about.name.toWellFormed());
      const uri = about.uri ?? `mxc://${this.ids.server}/${sha256}`;
      this.shelf.address(sha256, uri);
      return { uri, size, mimetype };
    } catch (error) {
      if (!(error instanceof ConvertError) || error.code !== "archive_unreadable") throw error;
      this.miss("media_damaged", where);
      return { uri: missing };
    }
  }

  /**
   * Each address that an event names is that of a file in the bundle, or in the ledger (docs/bundle-format.md, "Addresses"); what
   * people write can be one, too.
   */
  account(event: BundleEvent): void {
    const source = { server_name: this.ids.server, room_id: this.ids.roomId };
    for (const uri of carriedMedia(event, source))
      if (this.shelf.sha256Of(uri) === undefined && !this.#missing.has(uri))
        this.miss("media_not_in_export", { event_id: event.event_id, uri });
  }

  /** The bundle does not hold the file of that address, which the ledger says. */
  miss(code: MissingFile, about: { event_id?: string; uri: string }): void {
    this.#missing.add(about.uri);
    this.ledger.add(code, about);
  }

  /** Does the ledger name that address? */
  isMissing(uri: string): boolean {
    return this.#missing.has(uri);
  }

  /** Senders of other servers than the source's have a block of their own (docs/bundle-format.md, "Authors"). */
  withAuthor(event: BundleEvent): BundleEvent {
    if (event[IMPORTED_SENDER] || serverOf(event.sender) === this.ids.server) return event;
    const { display_name, avatar } = this.people.get(event.sender);
    return { ...event, [IMPORTED_SENDER]: { user_id: event.sender, display_name, avatar } };
  }

  #keepState(event: BundleEvent & { state_key: string }): void {
    const key = JSON.stringify([event.type, event.state_key]);
    const known = this.state.get(key);
    if (!known || known.origin_server_ts <= event.origin_server_ts) this.state.set(key, this.withAuthor(event));
  }
}

function lineOf(event: BundleEvent): string | undefined {
  try {
    return eventLine(event);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function isComingIn({ type, sender, state_key, content }: ClientEvent): boolean {
  return type === "m.room.member" && state_key === sender && stringMember(content, "membership") === "join";
}
