import { setImmediate as turn } from "node:timers/promises";
import type { ImportJournal, JournalEntry } from "../../ports/import-journal.ts";

/** What the replay of single events asks of the journal. */
export type EventJournal = Pick<ImportJournal, "find" | "hasReaction" | "record" | "recordAll">;

/** What became of the events before one. */
export type KnownEvents = Pick<EventJournal, "find" | "hasReaction">;

/**
 * Writes what became of an event into the journal while the homeserver is busy with the next one, so that no time of the homeserver's
 * is lost over it; the one after the next waits. A kill then finds at most two events sent and not noted down: they are found again at
 * the end of the room, and by their transaction ids.
 */
export class TrailingJournal implements EventJournal {
  readonly #journal: EventJournal;
  #unstored: JournalEntry | undefined;
  #storing: Promise<void> = Promise.resolve();

  constructor(journal: EventJournal) {
    this.#journal = journal;
  }

  /** @throws what storing the entry before this one has thrown */
  async record(entry: JournalEntry): Promise<void> {
    await this.#storing;
    this.#unstored = entry;
    this.#storing = this.#store(entry);
    // met by whoever comes next
    this.#storing.catch(() => undefined);
  }

  async recordAll(entries: readonly JournalEntry[]): Promise<void> {
    await this.#storing;
    await this.#journal.recordAll(entries);
  }

  async find(id: string): Promise<JournalEntry | undefined> {
    const { sourceId, bundleId, redacts } = this.#unstored ?? {};
    if (sourceId === id || bundleId === id || redacts !== undefined) await this.#storing;
    return this.#journal.find(id);
  }

  async hasReaction(target: string, key: string): Promise<boolean> {
    if (this.#unstored?.reaction) await this.#storing;
    return this.#journal.hasReaction(target, key);
  }

  /** Resolves once everything is stored. @throws what storing has thrown */
  async stored(): Promise<void> {
    await this.#storing;
  }

  async #store(entry: JournalEntry): Promise<void> {
    // first the next event's request goes out
    await turn();
    await this.#journal.record(entry);
    this.#unstored = undefined;
  }
}
