import { expect } from "chai";
import { TrailingJournal } from "../../../../src/imports/replay/trailing-journal.ts";
import type { JournalEntry } from "../../../../src/ports/import-journal.ts";

/** A journal that stores an entry only when the test lets it. */
class SlowJournal {
  readonly stored: JournalEntry[] = [];
  readonly #waiting: { entry: JournalEntry; done: () => void; failed: (error: Error) => void }[] = [];

  record(entry: JournalEntry): Promise<void> {
    return new Promise((done, failed) => void this.#waiting.push({ entry, done, failed }));
  }
  async recordAll(entries: readonly JournalEntry[]): Promise<void> {
    this.stored.push(...entries);
  }
  async find(id: string): Promise<JournalEntry | undefined> {
    return this.stored.find(({ sourceId, bundleId }) => sourceId === id || bundleId === id);
  }
  async hasReaction(target: string, key: string): Promise<boolean> {
    return this.stored.some(({ reaction }) => reaction?.target === target && reaction.key === key);
  }
  async store(error?: Error): Promise<void> {
    while (this.#waiting.length === 0) await new Promise(setImmediate);
    const next = this.#waiting.shift();
    if (error) return next?.failed(error);
    if (next) this.stored.push(next.entry);
    next?.done();
  }
}

const entry = (position: number, more: Partial<JournalEntry> = {}): JournalEntry => ({
  position,
  sourceId: `$s${position}`,
  bundleId: `$b${position}`,
  newId: `$n${position}`,
  sender: "@ann:x",
  type: "m.room.message",
  ledger: [],
  ...more,
});

describe("the journal of a replay", () => {
  let slow: SlowJournal;
  let journal: TrailingJournal;
  beforeEach(() => {
    slow = new SlowJournal();
    journal = new TrailingJournal(slow);
  });

  it("goes on while one entry is being stored, and no further", async () => {
    await journal.record(entry(0));
    let second = false;
    const recorded = journal.record(entry(1)).then(() => (second = true));
    await new Promise(setImmediate);
    expect(second).to.equal(false);
    await slow.store();
    await recorded;
    await slow.store();
    await journal.stored();
    expect(slow.stored.map(({ position }) => position)).to.deep.equal([0, 1]);
  });

  it("stores several together after the one before", async () => {
    await journal.record(entry(0));
    const recorded = journal.recordAll([entry(1), entry(2)]);
    await slow.store();
    await recorded;
    expect(slow.stored.map(({ position }) => position)).to.deep.equal([0, 1, 2]);
  });

  it("finds what is being stored: by either id, what it takes back, and its reaction", async () => {
    const reaction = { target: "$n0", key: "👍" };
    for (const [more, ask] of [
      [{}, async () => (await journal.find("$s0"))?.newId],
      [{}, async () => (await journal.find("$b0"))?.newId],
      [{ redacts: "$other" }, async () => (await journal.find("$s0"))?.newId],
      [{ reaction }, async () => ((await journal.hasReaction("$n0", "👍")) ? "$n0" : undefined)],
    ] as const) {
      slow = new SlowJournal();
      journal = new TrailingJournal(slow);
      await journal.record(entry(0, more));
      const asked = ask();
      await slow.store();
      expect(await asked).to.equal("$n0");
    }
  });

  it("tells whoever comes next that storing failed", async () => {
    for (const next of [() => journal.record(entry(1)), () => journal.stored(), () => journal.find("$s0")]) {
      slow = new SlowJournal();
      journal = new TrailingJournal(slow);
      await journal.record(entry(0));
      await slow.store(new Error("disk full"));
      const error: unknown = await next().catch((reason: unknown) => reason);
      expect(error).to.deep.include({ message: "disk full" });
    }
  });
});
