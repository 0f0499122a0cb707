import { expect } from "chai";
import { textAsHtml } from "../../../../src/matrix/text/text-as-html.ts";

const NB = "\u00a0";

describe("plain text as HTML of the same look", () => {
  it("escapes what would be markup, and breaks lines where they break", () => {
    expect(textAsHtml("a < b\nc\r\nd\re")).to.equal("a &lt; b<br>c<br>d<br>e");
  });

  it("keeps indentation and runs of spaces, and lets single spaces break", () => {
    expect(textAsHtml("if x:\n    y = 1\n  z")).to.equal(`if x:<br>${NB.repeat(4)}y = 1<br>${NB.repeat(2)}z`);
    expect(textAsHtml(" one")).to.equal(`${NB}one`);
    expect(textAsHtml("a   b c")).to.equal(`a${NB.repeat(3)}b c`);
  });

  it("moves on to the next tab stop", () => {
    expect(textAsHtml("\tx")).to.equal(`${NB.repeat(8)}x`);
    expect(textAsHtml("abc\tx\ty")).to.equal(`abc${NB.repeat(5)}x${NB.repeat(7)}y`);
    expect(textAsHtml("  \tx")).to.equal(`${NB.repeat(8)}x`);
  });
});
