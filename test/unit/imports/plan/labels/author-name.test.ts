import { expect } from "chai";
import { shownName } from "../../../../../src/imports/plan/labels/author-name.ts";

const called = (display_name: string | null) => ({ user_id: "@eve:acme.org", display_name });

describe("the name of an author in what an import shows", () => {
  it("is the display name, or the user id where there is none to see", () => {
    expect(shownName(called("Eve"))).to.equal("Eve");
    for (const none of [null, "", "   ", "\u202e", "\u200b\u200d", "\n"])
      expect(shownName(called(none)), JSON.stringify(none)).to.equal("@eve:acme.org");
  });

  it("is cut to 64 characters, and never within one", () => {
    const name = shownName(called("😀".repeat(5000)));
    expect(Array.from(name)).to.have.lengthOf(64);
    expect(name).to.equal("😀".repeat(63) + "…");
    expect(shownName(called("x".repeat(64)))).to.equal("x".repeat(64));
    expect(Array.from(shownName(called("z" + "\u0301".repeat(5000))))).to.have.lengthOf(64);
  });

  it("has no control that turns the text around it, and stands on one line", () => {
    expect(shownName(called("\u202eevE\u202c \u2067x\u2066y\u061c\u200f"))).to.equal("evE xy");
    expect(shownName(called("Eve\r\n[Original: Bob]:\u2028 hi"))).to.equal("Eve [Original: Bob]:  hi");
    expect(shownName(called("a\ud800b"))).to.equal("a\ufffdb");
  });
});
