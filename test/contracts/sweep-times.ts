import { expect } from "chai";
import { sweepTimes } from "../../src/adapters/database/stores/sweep-times.ts";
import { TestClock, type OpenedStores, type OpenStores } from "./stores.ts";

const DAY = 24 * 3600_000;

/** What the memory of the last sweeps does, in every database. */
export function sweepTimesContract(open: OpenStores): void {
  let stores: OpenedStores;
  beforeEach(async () => {
    stores = await open(new TestClock());
  });
  afterEach(() => stores.close());

  /** As if the clock had jumped ahead by so much since the last sweep. */
  const jump = (milliseconds: number): Promise<unknown> =>
    stores.database.kysely
      .updateTable("sweeps")
      .set((column) => ({ at: column("at", "-", milliseconds) }))
      .execute();

  it("lets a sweep delete what the time since the last one explains, and asks about more", async () => {
    const times = sweepTimes(stores.database);
    expect(await times.begin("audit")).to.include({ granted: false, last: undefined });
    expect(await times.begin("audit")).to.include({ granted: true });
    await jump(2.9 * DAY);
    expect(await times.begin("audit")).to.include({ granted: true });
    await jump(400 * DAY);
    for (let again = 0; again < 2; again++) {
      const refused = await times.begin("audit");
      expect(refused.granted).to.equal(false);
      expect(refused.now - ("last" in refused ? (refused.last ?? 0) : 0)).to.be.greaterThan(399 * DAY);
    }
    await times.confirm();
    expect(await times.begin("audit")).to.include({ granted: true });
    // the clock was ahead, and is right again
    await jump(-400 * DAY);
    expect(await times.begin("audit")).to.include({ granted: true });
  });

  it("knows one kind of sweep from another", async () => {
    const times = sweepTimes(stores.database);
    await times.begin("audit");
    expect(await times.begin("bundles")).to.include({ granted: false, last: undefined });
  });
}
