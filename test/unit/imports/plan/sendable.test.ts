import { expect } from "chai";
import { cutText, isSendable } from "../../../../src/imports/plan/sendable.ts";
import { parseJson } from "../../../../src/matrix/json.ts";

describe("what a homeserver would never take", () => {
  for (const [what, text] of [
    ["a float", '{"a":[1.5]}'],
    ["a whole number written as a float", '{"a":1.0}'],
    ["a number past 2^53 - 1", '{"a":9007199254740992}'],
    ["a lone surrogate", String.raw`{"a":"\ud800"}`],
    ["a lone surrogate in a key", String.raw`{"\ud800":1}`],
    ["too many bytes", JSON.stringify({ a: "é".repeat(33_000) })],
  ] as const)
    it(`is ${what}`, () => {
      expect(isSendable(parseJson(text))).to.equal(false);
    });

  it("is not an ordinary content", () => {
    expect(isSendable({ body: "😀", list: [1, -1, 9007199254740991, null, true, {}] })).to.equal(true);
  });
});

describe("cutting a text", () => {
  it("leaves a short one alone", () => {
    expect(cutText("short", 100)).to.equal("short");
  });

  it("keeps to the bytes that its JSON takes, and to whole characters", () => {
    for (const text of ["😀".repeat(500), "\u0000".repeat(500), "é".repeat(500), '"'.repeat(500)]) {
      const cut = cutText(text, 300);
      expect(Buffer.byteLength(JSON.stringify(cut))).to.be.within(288, 300);
      expect(cut.isWellFormed()).to.equal(true);
      expect(text.startsWith(cut.slice(0, -1)) && cut.endsWith("…")).to.equal(true);
    }
  });
});
