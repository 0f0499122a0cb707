import { expect } from "chai";
import { GATHERED, TrailingJournal } from "../../../../src/imports/replay/trailing-journal.ts";
import type { JournalEntry } from "../../../../src/ports/import-journal.ts";

/** A journal that stores entries only when the test lets it. */
class SlowJournal {
  readonly stored: JournalEntry[] = [];
  readonly #waiting: { entries: JournalEntry[]; done: () => void; failed: (error: Error) => void }[] = [];

  record(...entries: JournalEntry[]): Promise<void> {
    return new Promise((done, failed) => void this.#waiting.push({ entries, done, failed }));
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
  /** What is on its way into the journal, now that the event loop has had its turn. */
  async under(): Promise<number[][]> {
    await new Promise(setImmediate);
    return this.#waiting.map(({ entries }) => positions(entries));
  }
  /** Stores what has come first, or fails to. */
  async store(error?: Error): Promise<void> {
    for (let turns = 0; turns < 5 && this.#waiting.length === 0; turns++) await new Promise(setImmediate);
    const next = this.#waiting.shift();
    if (!next) throw new Error("nothing is to be stored");
    if (error) next.failed(error);
    else {
      this.stored.push(...next.entries);
      next.done();
    }
  }
}

const positions = (entries: readonly JournalEntry[]): number[] => entries.map(({ position }) => position);
const upTo = (count: number, from = 0): number[] => Array.from({ length: count }, (_, index) => from + index);

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
const target = { event_id: "$s0" };
const line = { code: "event_refused", message: "" };

describe("the journal of a replay", () => {
  let slow: SlowJournal;
  let journal: TrailingJournal;
  beforeEach(() => {
    slow = new SlowJournal();
    journal = new TrailingJournal(slow);
  });
  const record = async (count: number, from = 0): Promise<void> => {
    for (const position of upTo(count, from)) await journal.record(entry(position));
  };

  it("stores some entries at a time, in their order", async () => {
    await record(GATHERED - 1);
    expect(await slow.under()).to.deep.equal([]);
    await record(1, GATHERED - 1);
    expect(await slow.under()).to.deep.equal([upTo(GATHERED)]);
  });

  it("goes on while some are being stored, and no further than to the next that would be", async () => {
    await record(2 * GATHERED - 1);
    let stored = false;
    const recorded = record(1, 2 * GATHERED - 1).then(() => (stored = true));
    await slow.under();
    expect(stored).to.equal(false);
    await slow.store();
    await recorded;
    await slow.store();
    await journal.stored();
    expect(positions(slow.stored)).to.deep.equal(upTo(2 * GATHERED));
  });

  for (const [what, more] of Object.entries<Partial<JournalEntry>>({
    "with something for the report": { ledger: [line] },
    "that takes another back": { redacts: "$other" },
    "that was taken back": { redacted: { by: "$r", done: false, target } },
  }))
    it(`stores an entry ${what} at once, and those before it`, async () => {
      await record(2);
      await journal.record(entry(2, more));
      expect(await slow.under()).to.deep.equal([[0, 1, 2]]);
    });

  it("stores several together after those before", async () => {
    await record(2);
    const recorded = journal.recordAll([entry(2), entry(3)]);
    await slow.store();
    await recorded;
    expect(positions(slow.stored)).to.deep.equal([0, 1, 2, 3]);
  });

  it("stores what is left at the end", async () => {
    await record(2);
    const ended = journal.stored();
    await slow.store();
    await ended;
    expect(positions(slow.stored)).to.deep.equal([0, 1]);
  });

  it("finds what is not stored yet, or being stored: by either id, what it takes back, and its reaction", async () => {
    const reaction = { target: "$n1", key: "👍" };
    await journal.record(entry(0, { redacted: { by: "$r", done: false, target } }));
    await journal.record(entry(1));
    await journal.record(entry(2, { reaction }));
    for (const [id, newId] of [
      ["$s0", "$n0"],
      ["$b0", "$n0"],
      ["$s1", "$n1"],
      ["$b2", "$n2"],
    ] as const)
      expect((await journal.find(id))?.newId, id).to.equal(newId);
    expect(await journal.hasReaction("$n1", "👍")).to.equal(true);
    expect(await journal.hasReaction("$n1", "👎")).to.equal(false);
    expect((await journal.find("$b0"))?.redacted?.done).to.equal(false);
    const recorded = journal.record(entry(3, { redacts: "$s0" }));
    expect((await journal.find("$b0"))?.redacted?.done).to.equal(true);
    await slow.store();
    await recorded;
    expect((await journal.find("$b0"))?.redacted?.done).to.equal(true);
  });

  it("tells whoever comes next that storing failed", async () => {
    for (const next of [() => journal.record(entry(1)), () => journal.stored(), () => journal.recordAll([entry(1)])]) {
      slow = new SlowJournal();
      journal = new TrailingJournal(slow);
      await journal.record(entry(0, { ledger: [line] }));
      await slow.store(new Error("disk full"));
      await slow.under();
      const error: unknown = await next().catch((reason: unknown) => reason);
      expect(error).to.deep.include({ message: "disk full" });
    }
  });
});
