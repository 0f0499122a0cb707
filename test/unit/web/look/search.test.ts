import { expect } from "chai";
import type { SearchRow } from "../../../../src/render/pages/page-markup.ts";
import { Search } from "../../../../web/look/reader/search.ts";

const row = (text: string, name = "Zoë"): SearchRow => [7, 1_700_000_000_000, name, text];

describe("the search in an opened bundle", () => {
  it("finds all words in any order, without accents and capitals, in names too", () => {
    expect(new Search("zoe TEA").finds(row("Some tea, please"))).to.equal(true);
    expect(new Search("cafe").finds(row("Café"))).to.equal(true);
    expect(new Search("tea coffee").finds(row("tea"))).to.equal(false);
    expect(new Search("  ").isEmpty).to.equal(true);
  });

  it("shows the text around what it found, that marked, whatever signs are sought", () => {
    const text = `${"a ".repeat(100)}(number 5) ${"b ".repeat(200)}`;
    const { item, pieces } = new Search("(number 5)").hit(row(text));
    expect(item).to.equal(7);
    expect(pieces.filter(({ isFound }) => isFound).map(({ text: found }) => found)).to.deep.equal(["(number", "5)"]);
    expect(pieces[0]?.text).to.equal("…");
    expect(pieces.at(-1)?.text).to.equal("…");
  });

  it("shows the beginning where only the name was found", () => {
    expect(new Search("zoe").hit(row("x".repeat(500))).pieces[0]?.text).to.match(/^x+$/);
  });
});
