import { expect } from "chai";
import { TestClock, type OpenedStores, type OpenStores } from "./stores.ts";

/** What every BundleRecords does. */
export function bundleRecordsContract(open: OpenStores): void {
  let stores: OpenedStores;
  beforeEach(async () => {
    stores = await open(new TestClock());
  });
  afterEach(() => stores.close());

  it("remembers which collections hold a room, until they do not", async () => {
    const { records } = stores;
    for (const [job, room] of [
      ["one", "!a:x"],
      ["one", "!a:x"],
      ["one", "!b:x"],
      ["two", "!a:x"],
    ] as const)
      await records.addRoom(job, room);
    const again = (await stores.reopen()).records;
    expect(await again.roomsOf("one")).to.have.members(["!a:x", "!b:x"]);
    expect(await again.holding("!a:x")).to.have.members(["one", "two"]);
    await again.dropRoom("one", "!a:x");
    expect(await records.roomsOf("one")).to.deep.equal(["!b:x"]);
    expect(await records.holding("!a:x")).to.deep.equal(["two"]);
    expect(await records.roomsOf("three")).to.deep.equal([]);
  });

  it("remembers the delivered copies of a bundle, until they are gone", async () => {
    const { records } = stores;
    for (const uri of ["mxc://x/1", "mxc://x/2", "mxc://x/2"]) await records.addCopy("one", uri);
    await records.addCopy("two", "mxc://x/3");
    const again = (await stores.reopen()).records;
    expect(await again.copiesOf("one")).to.have.members(["mxc://x/1", "mxc://x/2"]);
    expect(await again.copied()).to.deep.equal(["one", "two"]);
    await again.dropCopy("mxc://x/3");
    expect(await records.copied()).to.deep.equal(["one"]);
    expect(await records.copiesOf("two")).to.deep.equal([]);
  });
}
