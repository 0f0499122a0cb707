import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { diffBundles } from "../../../src/bundle/diff/diff.ts";
import { openBundle } from "../../../src/bundle/open-bundle.ts";
import { originalOf, type OriginalEvent } from "../../../src/bundle/original.ts";
import { redactedBecause } from "../../../src/matrix/event.ts";
import type { ImportJournal, JournalEntry } from "../../../src/ports/import-journal.ts";
import { ALICE, BOB, Conversation, EVE } from "../../support/conversation.ts";
import { MemoryHomeserver } from "../../support/fakes/memory-homeserver/homeserver.ts";
import type { MemoryRoom } from "../../support/fakes/memory-homeserver/room.ts";
import { exportedTo, importInto, importStores, serviceOn } from "../../support/generations.ts";
import { Killed, killedAfter } from "../../support/killed-writer.ts";

describe("redactions on a homeserver that cannot date them", () => {
  const talk = new Conversation();
  const said = talk.say(ALICE, "I regret this");
  const unseen = talk.say(EVE, "its redaction is not in the bundle");
  const doubly = talk.say(EVE, "its redaction was redacted");
  const first = talk.redact(BOB, said, "spam & <i>lies</i>");
  talk.redact(ALICE, unseen, "away", false);
  const doublyRedaction = talk.redact(EVE, doubly, "first");
  const last = talk.redact(ALICE, doublyRedaction, "second");
  talk.say(BOB, "and on it goes");
  let folder: string;
  let bundle: string;
  let homeserver: MemoryHomeserver;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomporter-undated-"));
    bundle = (await talk.write()).file;
  });
  after(() => rm(folder, { recursive: true }));
  beforeEach(() => {
    homeserver = new MemoryHomeserver("two.test");
    homeserver.behaviours.ignoresSentRedactions = true;
  });

  /** What an export of the room tells, by its original id. */
  async function originals(roomId: string): Promise<Map<string, OriginalEvent>> {
    const opened = await openBundle(await exportedTo(folder, homeserver, roomId, serviceOn(homeserver)));
    const found = new Map<string, OriginalEvent>();
    for await (const event of opened.events()) {
      const original = originalOf(event, opened.head.source);
      if (original.repeated) continue;
      expect(found.has(original.eventId), original.eventId).to.equal(false);
      found.set(original.eventId, original);
    }
    await opened.close();
    return found;
  }
  const roomOf = (roomId: string): MemoryRoom => homeserver.rooms.get(roomId) as MemoryRoom;
  const codes = (report: unknown): string[] =>
    (report as { ledger: { code: string }[] }).ledger.map(({ code }) => code).sort();

  it("take back what they should, and the report says that their time is another one", async () => {
    const { roomId, report } = await importInto(homeserver, bundle);
    const { timeline } = roomOf(roomId);
    expect(timeline.filter((event) => redactedBecause(event))).to.have.length(4);
    expect(JSON.stringify(timeline)).not.to.include("Redacted message");
    expect(codes(report)).to.deep.equal([
      "redaction_undated",
      "redaction_undated",
      "redaction_undated",
      "redaction_undated",
    ]);
  });

  it("have their own time, author and reason at the next export, which is equivalent", async () => {
    const { roomId } = await importInto(homeserver, bundle);
    const found = await originals(roomId);
    const { ts, sender, content, redacts } = found.get(first) ?? {};
    expect({ ts, sender, reason: content?.["reason"], redacts }).to.deep.equal({
      ...{ ts: talk.event(first).origin_server_ts, sender: BOB, reason: "spam & <i>lies</i>", redacts: said },
    });
    expect(found.get(said)).to.deep.include({ sender: ALICE, content: {} });
    expect(found.get(said)?.redaction).to.deep.include({ eventId: first, sender: BOB });
    expect(found.get(last)).to.include({ sender: ALICE });
    const again = await exportedTo(folder, homeserver, roomId, serviceOn(homeserver));
    expect((await diffBundles(bundle, again)).differences).to.deep.equal([]);
  });

  it("are nobody's to forge: only the service's own state is believed", async () => {
    const { roomId } = await importInto(homeserver, bundle);
    const room = roomOf(roomId);
    const target = room.timeline.find((event) => redactedBecause(event))?.event_id ?? "";
    const content = { origin_server_ts: 5, content: { reason: "forged" } };
    room.add({
      type: "io.roomporter.redaction",
      state_key: target,
      sender: "@ivan:two.test",
      origin_server_ts: 0,
      content,
    });
    const opened = await openBundle(await exportedTo(folder, homeserver, roomId, serviceOn(homeserver)));
    for await (const event of opened.events())
      if (event.type === "m.room.redaction") expect(event.content).not.to.include({ reason: "forged" });
    await opened.close();
  });

  it("where nothing can be redacted: what stands there is nobody's word, and the report says so", async () => {
    homeserver.behaviours.ignoresRedactions = true;
    const { roomId, report } = await importInto(homeserver, bundle);
    expect(codes(report)).to.include("redaction_refused");
    const found = await originals(roomId);
    for (const id of [said, unseen, doubly]) expect(found.get(id)?.content, id).to.deep.equal({});
    expect(found.get(first)).to.deep.include({ sender: BOB, type: "m.room.redaction" });
  });

  it("are made once, wherever the service is killed, and whatever it had not noted down", async () => {
    let calls = 0;
    await importInto(homeserver, bundle, {
      writer: killedAfter(Infinity, homeserver.as(serviceOn(homeserver)), () => calls++),
    });
    for (let kill = 1; kill < calls; kill++) {
      homeserver = new MemoryHomeserver("two.test");
      Object.assign(homeserver.behaviours, { ignoresSentRedactions: true, forgetsTransactions: true });
      const [{ journal: live }, { journal }] = [await importStores(), await importStores()];
      const writer = killedAfter(kill, homeserver.as(serviceOn(homeserver)));
      const killed = importInto(homeserver, bundle, { journal: behind(live, journal), writer });
      expect(await killed.catch((reason: unknown) => reason)).to.be.instanceOf(Killed);
      const { roomId } = await importInto(homeserver, bundle, { journal });
      const again = await exportedTo(folder, homeserver, roomId, serviceOn(homeserver));
      expect((await diffBundles(bundle, again)).differences, `killed after call ${kill}`).to.deep.equal([]);
      const redactions = roomOf(roomId).timeline.filter(({ type }) => type === "m.room.redaction");
      expect(redactions, `killed after call ${kill}`).to.have.length(4);
    }
  });
});

/** A journal whose last entries have not come to the disk yet. */
function behind(live: ImportJournal, disk: ImportJournal): ImportJournal {
  let last: JournalEntry[] = [];
  const both = async (name: string, args: unknown[]): Promise<unknown> => {
    const act = (journal: ImportJournal): unknown =>
      (Reflect.get(journal, name) as (...args: unknown[]) => unknown).apply(journal, args);
    await act(disk);
    return await act(live);
  };
  return new Proxy(live, {
    get(target, name) {
      if (["beginRoom", "setRoom", "setUpload", "addLedger"].includes(String(name)))
        return (...args: unknown[]) => both(String(name), args);
      if (name !== "record") return (Reflect.get(target, name) as () => unknown).bind(target);
      return async (...entries: JournalEntry[]): Promise<void> => {
        await target.record(...entries);
        if (last.length > 0) await disk.record(...last);
        last = entries;
      };
    },
  });
}
