import { expect } from "chai";
import { directionMark, isolated, mayTurn } from "../../../../src/matrix/text/text-direction.ts";

const [LTR, RTL] = ["\u200e", "\u200f"];

describe("the direction of a text", () => {
  for (const [text, mark] of [
    ["hello שלום", LTR],
    ["שלום hello", RTL],
    ["12 — (مرحبا)", RTL],
    ["ߒߞߏ", RTL],
    ["𞤀𞤣𞤤", RTL],
    ["日本語 שלום", LTR],
    ["12, 😀", LTR],
    ["", LTR],
    ["\u200f12 hello", RTL],
    ["\u2067שלום\u2069 hello", LTR],
  ] as const)
    it(`is ${mark === LTR ? "left to right" : "right to left"} in ${JSON.stringify(text)}`, () => {
      expect(directionMark(text)).to.equal(mark);
    });

  it("is kept by what stands around an isolate", () => {
    expect(isolated("עלי")).to.equal("\u2068עלי\u2069");
    expect(directionMark(isolated("עלי") + " hello")).to.equal(LTR);
  });

  it("may turn what stands beside it where letters or controls run from right to left", () => {
    const turning = ["Tea, שלום", "مرحبا", "\u202Egnp.exe", "\u2069", "\u200f"];
    expect(turning.filter((text) => !mayTurn(text))).to.deep.equal([]);
    expect(["Tea", "Ünïcödé 茶 😀", ""].filter(mayTurn)).to.deep.equal([]);
  });
});
