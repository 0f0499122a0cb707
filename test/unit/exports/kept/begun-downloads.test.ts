import { expect } from "chai";
import { BegunDownloads } from "../../../../src/exports/kept/begun-downloads.ts";

describe("downloads that have begun", () => {
  it("go on with later ranges for an hour after the last one", () => {
    let now = 0;
    const begun = new BegunDownloads(() => now);
    expect(begun.begins("a", { start: 9 })).to.equal(true);
    for (let i = 0; i < 3; i++) {
      now += 3600_000;
      expect(begun.begins("a", { start: 9 })).to.equal(false);
    }
    now += 3600_001;
    expect(begun.begins("a", { start: 9 })).to.equal(true);
    expect(begun.begins("a", { start: 0 })).to.equal(true);
    expect(begun.begins("a", undefined)).to.equal(true);
    begun.forget("a");
    expect(begun.begins("a", { start: 9 })).to.equal(true);
  });

  it("are as many as memory has room for", () => {
    const begun = new BegunDownloads(() => 0);
    for (let i = 0; i <= 10_000; i++) begun.begins(String(i), undefined);
    expect(begun.begins("0", { start: 9 }), "the longest quiet").to.equal(true);
    expect(begun.begins("10000", { start: 9 })).to.equal(false);
  });
});
