import { expect } from "chai";
import { Heights } from "../../../../web/look/conversation/heights.ts";

describe("the heights of parts of a conversation", () => {
  it("are as measured, and like the average where nobody has measured", () => {
    const heights = new Heights(10);
    heights.set(0, 100);
    heights.set(1, 300);
    expect(heights.of(1)).to.equal(300);
    expect(heights.of(7)).to.equal(200);
    expect(heights.between(0, 10)).to.equal(100 + 300 + 8 * 200);
    heights.set(0, 300);
    expect(heights.of(7)).to.equal(300);
  });

  it("tell which part stands where, and never one that is not there", () => {
    const heights = new Heights(5);
    for (let part = 0; part < 5; part++) heights.set(part, 100);
    expect([0, 99, 100, 250, 499, 9_999].map((at) => heights.partAt(at))).to.deep.equal([0, 0, 1, 2, 4, 4]);
    expect(heights.partAt(150, 2)).to.equal(3);
  });

  it("of a very long conversation are drawn shorter than any browser can draw", () => {
    const heights = new Heights(1_000_000);
    heights.set(0, 3_000);
    expect(heights.between(0, 1_000_000)).to.be.within(11_000_000, 12_100_000);
    expect(heights.partAt(heights.between(0, 700_000))).to.be.within(699_990, 700_010);
  });
});
