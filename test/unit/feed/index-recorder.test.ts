import { expect } from "chai";
import { IndexRecorder } from "../../../src/feed/index-recorder.ts";
import { IndexedRooms } from "../../../src/feed/indexed-room.ts";
import { POLICY } from "../../../src/matrix/names.ts";
import { SILENT } from "../../support/fakes/logger.ts";
import { MemoryHomeserver } from "../../support/fakes/memory-homeserver/homeserver.ts";
import { memoryStores } from "../../support/fakes/memory-stores.ts";
import { membership, stateEvent } from "../../support/room-events.ts";
import { until } from "../../support/until.ts";

const PORTER = "@porter:here";
const ROOM = "!room:here";

describe("what the feed for indexers records", () => {
  const stores = memoryStores();
  const homeserver = new MemoryHomeserver("here");
  const room = homeserver.addRoom(ROOM, [
    stateEvent("m.room.create", "", { room_version: "11" }, "@ann:here"),
    membership(PORTER, "join"),
    stateEvent(POLICY, "", { do_not_index: false }, "@ann:here"),
  ]);
  const source = homeserver.as(PORTER);
  const rooms = new IndexedRooms(source, stores.policies, "here");
  const recorder = new IndexRecorder({ log: stores.index, source, rooms, logger: SILENT });
  before(async () => {
    await stores.index.begin();
    await recorder.start();
    await until(() => !recorder.busy);
  });
  after(() => recorder.stop());

  /** Something is said that is not pushed; a transaction with nothing in it comes. Is it recorded by then? */
  async function foundBy(transactionId: string): Promise<boolean> {
    const event_id = room.add({
      type: "m.room.message",
      sender: "@ann:here",
      content: { msgtype: "m.text", body: transactionId },
      origin_server_ts: 1,
    });
    await recorder.take([], transactionId);
    await until(() => !recorder.busy);
    return (await stores.index.read(0, 1000)).some((entry) => entry.subject === event_id);
  }

  for (const { transactions, why } of [
    { transactions: ["7", "8", "1"], why: "counts from 1 again" },
    { transactions: ["KQ8tZ0", "9", "9"], why: "counts after all" },
  ])
    it(`looks into all rooms where a homeserver ${why}: ${transactions.join(", ")}`, async () => {
      const found = [];
      for (const id of transactions) found.push(await foundBy(id));
      expect(found).to.deep.equal([false, false, true]);
    });

  it("does not take ids that are no numbers for a count", async () => {
    for (const id of ["100", "KQ8tZ0", "0x20", "0x10", "", "5", "6"]) expect(await foundBy(id), id).to.equal(false);
  });
});
