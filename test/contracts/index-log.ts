import { expect } from "chai";
import type { IndexLog } from "../../src/ports/index-log.ts";
import { TestClock, type OpenedStores, type OpenStores } from "./stores.ts";

/** What every IndexLog does. @param shared by several processes that write at the same time */
export function indexLogContract(open: OpenStores, shared: boolean): void {
  let stores: OpenedStores;
  let log: IndexLog;
  beforeEach(async () => {
    stores = await open(new TestClock());
    log = stores.index;
  });
  afterEach(() => stores.close());

  const pointer = (room_id: string, event_id: string, subject = event_id) => ({ room_id, event_id, subject });
  const read = async (after = 0, from = log): Promise<string[]> =>
    (await from.read(after, 1000)).map(({ room_id, subject }) =>
      subject === undefined ? `${room_id} nothing` : `${room_id} ${subject ?? "all"}`,
    );

  it("does not begin before somebody asks, and then once, in every process", async () => {
    expect(await log.head()).to.equal(undefined);
    const { index } = await stores.reopen();
    const [one, other] = await Promise.all([log.begin(), index.begin()]);
    expect(one).to.deep.equal(other);
    expect(one.position).to.equal(0);
    expect(one.id).to.match(/^[0-9a-f]{16}$/);
  });

  it("holds what happens in open rooms in its order, each event once, and names rooms that it does not know", async () => {
    await log.begin();
    await log.open("!a:x");
    await log.shut("!shut:x");
    const some = [pointer("!a:x", "$z"), pointer("!b:x", "$b"), pointer("!shut:x", "$s"), pointer("!a:x", "$y")];
    expect(await log.append(some)).to.deep.equal(["!b:x"]);
    await log.append([pointer("!a:x", "$z"), pointer("!a:x", "$x")]);
    const { index } = await stores.reopen();
    expect(await read(0, index)).to.deep.equal(["!a:x $z", "!a:x $y", "!a:x $x"]);
    const [first] = await index.read(0, 1);
    expect(await read(first?.position)).to.deep.equal(["!a:x $y", "!a:x $x"]);
    expect((await index.head())?.position).to.be.at.least((await index.read(0, 9)).at(-1)?.position ?? Infinity);
  });

  it("takes more than fits into one statement", async () => {
    await log.begin();
    await log.open("!a:x");
    await log.append(Array.from({ length: 1201 }, (_, i) => pointer("!a:x", `$${i}`)));
    expect(await log.read(0, 2000)).to.have.length(1201);
  });

  it("leads edits, and redactions of edits, to the event that is to be told anew", async () => {
    await log.begin();
    await log.open("!a:x");
    await log.append([
      pointer("!a:x", "$message"),
      pointer("!a:x", "$edit", "$message"),
      pointer("!a:x", "$redaction", "$edit"),
      pointer("!a:x", "$other", "$unknown"),
    ]);
    expect(await read()).to.deep.equal(["!a:x $message", "!a:x $message", "!a:x $message", "!a:x nothing"]);
  });

  it("says that a room which is shut is to be removed, and forgets what it was; opened again it begins anew", async () => {
    await log.begin();
    await log.open("!a:x");
    await log.append([pointer("!a:x", "$1"), pointer("!a:x", "$2")]);
    await log.setMark("!a:x", "$2");
    await log.open("!a:x");
    expect(await log.room("!a:x")).to.deep.equal({ open: true, mark: "$2" });
    await log.shut("!a:x");
    await log.shut("!a:x");
    await log.setMark("!a:x", "$1");
    expect(await log.room("!a:x")).to.deep.equal({ open: false, mark: null });
    expect(await read()).to.deep.equal(["!a:x all"]);
    expect(await log.openRooms()).to.deep.equal([]);
    await log.open("!a:x");
    await log.append([pointer("!a:x", "$1")]);
    expect(await read()).to.deep.equal(["!a:x all", "!a:x $1"]);
    expect(await log.openRooms()).to.deep.equal(["!a:x"]);
  });

  it("is not silent about a room that was never open, nor says that it is to be removed", async () => {
    await log.begin();
    await log.shut("!never:x");
    expect(await log.room("!never:x")).to.deep.equal({ open: false, mark: null });
    expect(await read()).to.deep.equal([]);
    expect(await log.room("!unknown:x")).to.equal(undefined);
  });

  it("gives positions in the order in which they can be read, whoever writes at the same time", async () => {
    await log.begin();
    await log.open("!a:x");
    const index = shared ? (await stores.reopen()).index : log;
    const seen: number[] = [];
    const writing = Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? log : index).append([pointer("!a:x", `$${i}`)])),
    );
    const done = new AbortController();
    void writing.finally(() => done.abort());
    for (let last = false; !last;) {
      last = done.signal.aborted;
      for (const { position } of await log.read(seen.at(-1) ?? 0, 1000)) seen.push(position);
    }
    expect(seen).to.have.length(20);
  });
}
