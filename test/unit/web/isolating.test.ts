import { expect } from "chai";
import { isolating } from "../../../web/texts/isolating.ts";

describe("what texts are given", () => {
  const texts = isolating({
    plain: "plain",
    area: { of: (name: string, count: number) => `${name}: ${String(count)}` },
  });

  it("is isolated where it may turn the words around it, and stays as it is where not", () => {
    expect(texts.area.of("Tea", 2)).to.equal("Tea: 2");
    expect(texts.area.of("שלום Tea", 2)).to.equal("\u2068שלום Tea\u2069: 2");
    expect(texts.plain).to.equal("plain");
  });

  it("cannot leave its isolate, nor turn letters over", () => {
    expect(texts.area.of("a\u2069\u202Eb", 1)).to.equal("\u2068ab\u2069: 1");
    expect(texts.area.of("a\u2067b", 1)).to.equal("\u2068ab\u2069: 1");
    expect(texts.area.of("a\u2068ב\u2069", 1), "already isolated").to.equal("\u2068a\u2068ב\u2069\u2069: 1");
  });
});
