import { expect } from "chai";
import { IdIndex } from "../../../../src/bundle/verify/id-index.ts";

describe("IdIndex", () => {
  it("finds the number of each of many ids, and no other", () => {
    const index = new IdIndex();
    const id = (number: number): string => `$${number.toString(36)}${"-".repeat(number % 3)}:acme.test`;
    for (let number = 0; number < 100_000; number++) expect(index.add(id(number), number)).to.equal(undefined);
    expect(index.size).to.equal(100_000);
    for (let number = 0; number < 100_000; number++) expect(index.get(id(number))).to.equal(number);
    for (let number = 100_000; number < 200_000; number++) expect(index.has(id(number))).to.equal(false);
    expect(index.add(id(5), 77)).to.equal(5);
    expect(index.get(id(5))).to.equal(5);
    expect(index.size).to.equal(100_000);
  });

  it("is copied whole, and goes its own way from there", () => {
    const index = new IdIndex();
    for (let number = 0; number < 5000; number++) index.add(`$${String(number)}`, number);
    const copy = index.copy();
    copy.add("$copy", 1);
    index.add("$index", 2);
    for (let number = 0; number < 5000; number++) expect(copy.get(`$${String(number)}`)).to.equal(number);
    expect([copy.size, index.size]).to.deep.equal([5001, 5001]);
    expect([copy.has("$index"), index.has("$copy")]).to.deep.equal([false, false]);
  });

  it("counts what another index lacks", () => {
    const [one, two] = [new IdIndex(), new IdIndex()];
    for (const id of ["$a", "$b", "$c", ""]) one.add(id, 0);
    for (const id of ["$b", "$d"]) two.add(id, 0);
    expect(one.countMissingIn(two)).to.equal(3);
    expect(two.countMissingIn(one)).to.equal(1);
  });
});
