import { expect } from "chai";
import type { ImportJournal, JournalEntry, KeyHolder } from "../../src/ports/import-journal.ts";
import { LeaseLost, type Job } from "../../src/ports/job-store.ts";
import { TestClock, type OpenedStores, type OpenStores } from "./stores.ts";

/** What every ImportJournal does. */
export function importJournalContract(open: OpenStores): void {
  let stores: OpenedStores;
  let job: Job;
  let journal: ImportJournal;
  beforeEach(async () => {
    stores = await open(new TestClock());
    job = await claim("import");
    journal = stores.journal(job);
  });
  afterEach(() => stores.close());

  async function claim(id: string): Promise<Job> {
    if (!(await stores.jobs.get(id)))
      await stores.jobs.create({ id, kind: "import", owner: "a", params: {}, room_id: null });
    const claimed = await stores.jobs.claim("w", 60_000);
    if (claimed?.id !== id) throw new Error("another job was claimed");
    return claimed;
  }

  const entry = (position: number, more: Partial<JournalEntry> = {}): JournalEntry => ({
    position,
    sourceId: `$source${position}`,
    bundleId: `$bundle${position}`,
    newId: `$new${position}`,
    sender: "@ann:x",
    type: "m.room.message",
    ledger: [],
    ...more,
  });
  const line = (message: string) => ({ code: "c", message, uri: "mxc://x/y" });

  it("remembers each event by both of its ids, and where to go on", async () => {
    expect(await journal.position()).to.equal(0);
    await journal.record(entry(0));
    await journal.record(entry(1, { newId: null, ledger: [line("too bad")] }));
    const after = (await stores.reopen()).journal(job);
    expect(await after.position()).to.equal(2);
    expect(await after.find("$source0")).to.deep.equal(entry(0));
    expect(await after.find("$bundle1")).to.deep.equal(entry(1, { newId: null }));
    expect(await after.find("$none")).to.equal(undefined);
    expect(await after.counts()).to.deep.equal({ sent: 1, left_out: 1, files: 0 });
    expect(await after.ledger()).to.deep.equal([line("too bad")]);
  });

  it("stores an event with all that belongs to it", async () => {
    const redacted = { by: "$r", done: false, target: { a: [1] } };
    await journal.record(entry(0, { redacted }));
    await journal.record(entry(1, { redacts: "$source0", reaction: { target: "$new0", key: "👍" } }));
    expect((await journal.find("$source0"))?.redacted).to.deep.equal({ ...redacted, done: true });
    expect(await journal.hasReaction("$new0", "👍")).to.equal(true);
    expect(await journal.hasReaction("$new0", "👎")).to.equal(false);
  });

  it("remembers room, files and ledger, each once", async () => {
    expect(await journal.roomBegun()).to.equal(false);
    expect(await journal.beginRoom()).to.equal(false);
    expect(await journal.beginRoom()).to.equal(true);
    expect(await journal.roomBegun()).to.equal(true);
    expect(await journal.room()).to.equal(undefined);
    await journal.setRoom("!new:x");
    expect(await journal.room()).to.equal("!new:x");
    expect((await stores.jobs.get(job.id))?.room_id).to.equal("!new:x");
    expect(await journal.upload("ab")).to.equal(undefined);
    await journal.setUpload("ab", "mxc://x/1");
    await journal.setUpload("ab", "mxc://x/2");
    expect(await journal.upload("ab")).to.equal("mxc://x/1");
    for (const message of ["one", "two", "one"]) await journal.addLedger(line(message));
    expect(await journal.ledger()).to.have.deep.members([line("one"), line("two")]);
    expect((await journal.counts()).files).to.equal(1);
  });

  it("remembers the first that was known of a device that was sent keys", async () => {
    expect(await journal.keyHolders()).to.deep.equal([]);
    const device = (id: string, all: boolean): KeyHolder => ({ user_id: "@ann:x", device_id: id, all });
    await journal.addKeyHolders([device("B", true), device("A", true)]);
    await journal.addKeyHolders([device("B", false), device("C", false)]);
    const holders = [device("A", true), device("B", true), device("C", false)];
    expect(await journal.keyHolders()).to.deep.equal(holders);
    expect((await journal.counts()).files).to.equal(0);
    expect(await stores.journal(await claim("other")).keyHolders()).to.deep.equal([]);
  });

  it("keeps what is hostile: NUL, halves of characters, ids and texts of any length", async () => {
    const long = (n: number): string => `$${String(n)}${"\u{1f600}x".repeat(9000)}`;
    const nasty = entry(0, {
      sourceId: "$\0\ud800",
      bundleId: '\u0001"$',
      sender: "@\0:x",
      type: "t\udfff",
      redacted: { by: "$\0by", done: false, target: { "k\0": "\0" } },
    });
    await journal.record(nasty);
    expect(await journal.find("$\0\ud800")).to.deep.equal(nasty);
    expect(await journal.find('\u0001"$')).to.deep.equal(nasty);
    expect(await journal.find("$\0\ud801")).to.equal(undefined);

    await journal.record(
      entry(1, { sourceId: long(1), bundleId: long(2), redacted: { by: "$x", done: false, target: {} } }),
    );
    const found = await journal.find(long(2));
    expect(found?.position).to.equal(1);
    await journal.record(entry(2, { redacts: found?.sourceId ?? "", reaction: { target: "$n", key: long(3) } }));
    expect((await journal.find(long(1)))?.redacted?.done).to.equal(true);
    expect(await journal.hasReaction("$n", long(3))).to.equal(true);
    expect(await journal.hasReaction("$n", long(4))).to.equal(false);
    for (const n of [5, 6]) await journal.addLedger(line(long(n)));
    expect(await journal.ledger()).to.have.deep.members([line(long(5)), line(long(6))]);
  });

  it("keeps imports apart", async () => {
    await journal.record(entry(0, { reaction: { target: "$t", key: "k" } }));
    const other = stores.journal(await claim("other"));
    expect(await other.position()).to.equal(0);
    expect(await other.find("$source0")).to.equal(undefined);
    expect(await other.hasReaction("$t", "k")).to.equal(false);
    await other.record(entry(0));
  });

  it("takes nothing more from a run whose job somebody else has claimed, or that has ended", async () => {
    await stores.jobs.heartbeat(job, 60_000, { done: 0, total: null, unit: "events" });
    await stores.pass(60_001);
    const next = await claim("import");
    const writes = (stale: ImportJournal): (() => Promise<unknown>)[] => [
      () => stale.record(entry(0)),
      () => stale.record(entry(0, { ledger: [line("stale")] })),
      () => stale.beginRoom(),
      () => stale.setRoom("!stale:x"),
      () => stale.setUpload("ab", "mxc://stale"),
      () => stale.addLedger(line("stale")),
      () => stale.addKeyHolders([{ user_id: "@stale:x", device_id: "A", all: true }]),
    ];
    const lost = async (stale: ImportJournal): Promise<void> => {
      for (const write of writes(stale)) {
        const error: unknown = await write().then(
          () => undefined,
          (reason: unknown) => reason,
        );
        expect(error).to.be.instanceOf(LeaseLost);
      }
    };
    await lost(journal);
    expect(await journal.position()).to.equal(0);
    expect(await journal.ledger()).to.deep.equal([]);
    expect((await stores.jobs.get("import"))?.room_id).to.equal(null);
    await stores.journal(next).record(entry(0));
    await stores.jobs.finish(next, "succeeded", { progress: { done: 1, total: 1, unit: "events" } });
    await lost(stores.journal(next));
  });
}
