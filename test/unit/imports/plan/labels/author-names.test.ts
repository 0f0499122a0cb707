import { expect } from "chai";
import { AuthorNames, plainName } from "../../../../../src/imports/plan/labels/author-names.ts";

type People = readonly (readonly [userId: string, name: string | null])[];

/** What each of these people is called, where all of them write. */
function names(...people: People): string[] {
  const known = new AuthorNames();
  const authors = people.map(([user_id, display_name]) => ({ user_id, display_name, avatar: null }));
  for (const author of authors) known.add(author);
  return authors.map((author) => plainName(known.of(author)));
}

describe("the name that an author is shown by", () => {
  it("is the display name, or the user id where there is none", () => {
    expect(names(["@a:x", "Alice"], ["@b:x", null], ["@c:x", ""])).to.deep.equal(["Alice", "@b:x", "@c:x"]);
  });

  it("has the localpart beside it where several bear it, or one that looks like it", () => {
    expect(names(["@a:x", "Alice"], ["@b:x", "alice "], ["@c:x", "Carol"])).to.deep.equal([
      "Alice (a)",
      "alice (b)",
      "Carol",
    ]);
  });

  it("has the user id beside it where the localpart is shared, too", () => {
    expect(names(["@a:x", "Alice"], ["@a:y", "Alice"], ["@b:y", "Alice"])).to.deep.equal([
      "Alice (@a:x)",
      "Alice (@a:y)",
      "Alice (b)",
    ]);
  });

  it("is no second name where one person renames", () => {
    expect(names(["@a:x", "Alice"], ["@a:x", "Alicia"])).to.deep.equal(["Alice", "Alicia"]);
  });

  it("cannot be made to look like somebody told apart, or like somebody's id", () => {
    expect(names(["@a:x", "Alice"], ["@b:x", "Alice"], ["@eve:x", "Alice (b)"])).to.include("Alice (b) (eve)");
    expect(names(["@a:x", null], ["@eve:x", "@a:x"])).to.deep.equal(["@a:x", "@a:x (eve)"]);
    expect(names(["@a:x", "Alice"], ["@eve:x", "@a:x"])).to.deep.equal(["Alice", "@a:x (eve)"]);
    expect(names(["@a:x", "Alice (a)"])).to.deep.equal(["Alice (a)"]);
  });
});
