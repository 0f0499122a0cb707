import type { JournalEntry } from "../../ports/import-journal.ts";
import type { KnownEvents } from "./trailing-journal.ts";

/** What became of the events before one, where the last of them still wait to be sent. */
export class StretchJournal implements KnownEvents {
  readonly #journal: KnownEvents;
  readonly #waiting = new Map<string, JournalEntry>();
  readonly #reactions = new Set<string>();
  readonly #redacted = new Set<string>();

  constructor(journal: KnownEvents) {
    this.#journal = journal;
  }

  /** An event that waits; its `newId` stands for the id that it will have. */
  add(entry: JournalEntry): void {
    this.#waiting.set(entry.bundleId, entry);
    this.#waiting.set(entry.sourceId, entry);
    if (entry.reaction) this.#reactions.add(reactionKey(entry.reaction));
    if (entry.redacts !== undefined) this.#redacted.add(entry.redacts);
  }

  /** None waits any more. */
  clear(): void {
    this.#waiting.clear();
    this.#reactions.clear();
    this.#redacted.clear();
  }

  async find(id: string): Promise<JournalEntry | undefined> {
    const entry = this.#waiting.get(id) ?? (await this.#journal.find(id));
    if (!entry?.redacted || !this.#redacted.has(entry.sourceId)) return entry;
    return { ...entry, redacted: { ...entry.redacted, done: true } };
  }

  async hasReaction(target: string, key: string): Promise<boolean> {
    return this.#reactions.has(reactionKey({ target, key })) || (await this.#journal.hasReaction(target, key));
  }
}

function reactionKey({ target, key }: { target: string; key: string }): string {
  return JSON.stringify([target, key]);
}
