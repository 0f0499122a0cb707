import type { ImportJournal, JournalEntry } from "../../ports/import-journal.ts";

/** What became of the events before one. */
export type KnownEvents = Pick<ImportJournal, "find" | "hasReaction">;

/** Entries that the journal does not have yet, and behind them what it has: what became of the events before one is told of both. */
export class PendingEntries implements KnownEvents {
  readonly #journal: KnownEvents;
  #entries: JournalEntry[] = [];
  readonly #byId = new Map<string, JournalEntry>();
  readonly #reactions = new Set<string>();
  #redacted = new Set<string>();

  constructor(journal: KnownEvents) {
    this.#journal = journal;
  }

  get size(): number {
    return this.#entries.length;
  }

  /** @param entry whose `newId` may stand for the id that its event will have */
  add(entry: JournalEntry): void {
    this.#entries.push(entry);
    this.#byId.set(entry.bundleId, entry);
    this.#byId.set(entry.sourceId, entry);
    if (entry.reaction) this.#reactions.add(reactionKey(entry.reaction));
    if (entry.redacts !== undefined) this.#redacted.add(entry.redacts);
  }

  /** Gives all of them, in their order, and forgets them. */
  take(): JournalEntry[] {
    const entries = this.#entries;
    this.#entries = [];
    this.#byId.clear();
    this.#reactions.clear();
    // whoever is asking the journal at this moment goes by what was pending when they asked
    this.#redacted = new Set();
    return entries;
  }

  async find(id: string): Promise<JournalEntry | undefined> {
    const redacted = this.#redacted;
    const entry = this.#byId.get(id) ?? (await this.#journal.find(id));
    if (!entry?.redacted || !redacted.has(entry.sourceId)) return entry;
    return { ...entry, redacted: { ...entry.redacted, done: true } };
  }

  async hasReaction(target: string, key: string): Promise<boolean> {
    return this.#reactions.has(reactionKey({ target, key })) || (await this.#journal.hasReaction(target, key));
  }
}

function reactionKey({ target, key }: { target: string; key: string }): string {
  return JSON.stringify([target, key]);
}
