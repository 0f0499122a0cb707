import { expect } from "chai";
import { TransactionCount } from "../../../src/appservice/transaction-count.ts";

describe("the count of the homeserver's transactions", () => {
  const seen = (ids: string[]): boolean[] => {
    const count = new TransactionCount();
    return ids.map((id) => count.startsOver(id));
  };

  it("starts over where an id is not higher than the one before", () => {
    expect(seen(["7", "8", "1", "2"])).to.deep.equal([false, false, true, false]);
    expect(seen(["KQ8tZ0", "9", "9"])).to.deep.equal([false, false, true]);
  });

  it("takes ids that are no numbers for no count", () => {
    const ids = ["100", "KQ8tZ0", "0x20", "0x10", "", "5", "6"];
    expect(seen(ids)).to.deep.equal(ids.map(() => false));
  });
});
