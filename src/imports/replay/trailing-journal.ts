import { setImmediate as turn } from "node:timers/promises";
import type { ImportJournal, JournalEntry } from "../../ports/import-journal.ts";
import { PendingEntries, type KnownEvents } from "./pending-entries.ts";

/** What the replay of single events asks of the journal. */
export interface EventJournal extends KnownEvents {
  record(entry: JournalEntry): Promise<void>;
  recordAll(entries: readonly JournalEntry[]): Promise<void>;
}

type Stored = Pick<ImportJournal, "record" | "recordAll" | "find" | "hasReaction">;

/** So many entries are stored in one transaction: one of its own for each event would cost as much as to send it. */
export const GATHERED = 16;

/**
 * Writes what became of events into the journal some at a time, while the homeserver is busy with the next one, so that no time of the
 * homeserver's is lost over it. A kill then finds at most twice `GATHERED` events sent and not noted down: they are found again at the
 * end of the room (`findAlreadySent`), and by their transaction ids. What the room does not tell of an event is stored at once.
 */
export class TrailingJournal implements EventJournal {
  readonly #journal: Stored;
  readonly #storing: PendingEntries;
  readonly #gathered: PendingEntries;
  #stored: Promise<void> = Promise.resolve();
  #failure: { error: unknown } | undefined;

  constructor(journal: Stored) {
    this.#journal = journal;
    this.#storing = new PendingEntries(journal);
    this.#gathered = new PendingEntries(this.#storing);
  }

  /** @throws what storing entries before this one has thrown */
  async record(entry: JournalEntry): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    this.#gathered.add(entry);
    if (this.#gathered.size >= GATHERED || !isToldByRoom(entry)) await this.#store();
  }

  async recordAll(entries: readonly JournalEntry[]): Promise<void> {
    await this.stored();
    await this.#journal.recordAll(entries);
  }

  async find(id: string): Promise<JournalEntry | undefined> {
    return await this.#gathered.find(id);
  }

  async hasReaction(target: string, key: string): Promise<boolean> {
    return await this.#gathered.hasReaction(target, key);
  }

  /** Resolves once everything is stored. @throws what storing has thrown */
  async stored(): Promise<void> {
    await this.#store();
    await this.#stored;
  }

  /** Begins to store what is gathered, once nothing else is being stored. */
  async #store(): Promise<void> {
    await this.#stored;
    const entries = this.#gathered.take();
    if (entries.length === 0) return;
    for (const entry of entries) this.#storing.add(entry);
    this.#stored = this.#write(entries);
    this.#stored.catch((error: unknown) => (this.#failure = { error }));
  }

  async #write(entries: JournalEntry[]): Promise<void> {
    // first the next event's request goes out
    await turn();
    await this.#journal.record(...entries);
    this.#storing.take();
  }
}

/** Does the event itself say all that its entry does? Not what the report has to say of it, nor whether what it takes back is gone. */
function isToldByRoom({ ledger, redacts, redacted }: JournalEntry): boolean {
  return ledger.length === 0 && redacts === undefined && !redacted;
}
